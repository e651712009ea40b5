import TestSupport
import Testing

@testable import TLSInspector

@Suite("Enumeration by removal")
struct EnumerationTests {
    private func random(_ seed: UInt64) -> ModelServer.Rules {
        var generator = SeededGenerator(seed: seed)
        var rules = ModelServer.Rules()
        for version in [ProtocolVersion.ssl3, .tls10, .tls11, .tls12, .tls13] where Bool.random(using: &generator) {
            let count = Int.random(in: 1...(version == .tls13 ? 5 : 25), using: &generator)
            let suites = CipherSuite.all(for: version).filter { $0.attributes?.keyExchange != .ecdhe || version != .ssl3 }
            rules.versions[version] = ModelServer.Version(
                suites: Array(suites.shuffled(using: &generator).prefix(count)), prefersOwnOrder: Bool.random(using: &generator))
        }
        rules.groups = Array(NamedGroup.tls13All.shuffled(using: &generator).prefix(Int.random(in: 1...9, using: &generator)))
        rules.prefersOwnGroups = Bool.random(using: &generator)
        rules.suiteLimit = [Int.max, 150].randomElement(using: &generator) ?? .max
        let manners: [ModelServer.Manner] = [.alert(40), .alert(47), .alert(80), .close, .reset]
        rules.refusal = manners.randomElement(using: &generator) ?? .close
        return rules
    }

    private func prober(_ server: ModelServer) -> Prober { Prober(dialer: server, pause: .zero) }

    @Test("whatever a server accepts is found, all of it and nothing else", arguments: 0..<150)
    func random(seed: Int) async throws {
        let rules = random(UInt64(seed))
        let server = ModelServer(rules)
        let lanes = await VersionLanes(prober: prober(server), factory: try HelloFactory(serverName: "example.com")).run()
        #expect(lanes.offered == rules.versions.keys.sorted())
        for (version, own) in rules.versions where version < .tls13 {
            let found = try #require(lanes.older[version])
            #expect(Set(found.suites.value ?? []) == Set(own.suites), "\(version)")
            guard own.suites.count > 1 else { continue }
            #expect(found.preference == .known(own.prefersOwnOrder ? .server : .client))
            if own.prefersOwnOrder && rules.suiteLimit == .max { #expect(found.suites.value == own.suites) }
        }
        guard let own = rules.versions[.tls13] else { return }
        #expect(Set(lanes.tls13.suites.value ?? []) == Set(own.suites))
        #expect(Set(lanes.tls13.groups.value ?? []) == Set(rules.groups))
        if own.suites.count > 1, own.prefersOwnOrder { #expect(lanes.tls13.suites.value == own.suites) }
        if rules.groups.count > 1 { #expect(lanes.tls13.groupPreference == .known(rules.prefersOwnGroups ? .server : .client)) }
        if rules.groups.count > 1, rules.prefersOwnGroups { #expect(lanes.tls13.groups.value == rules.groups) }
    }

    @Test("a server with its own order that takes ChaCha20 when the client puts it first is told from one that does not")
    func chaCha() async throws {
        for prioritizes in [true, false] {
            var rules = ModelServer.Rules()
            let suites = [0xC02F, 0xC030, 0xCCA8].map { CipherSuite(rawValue: $0) }
            rules.versions[.tls12] = .init(suites: suites, prefersOwnOrder: true, prioritizesChaCha: prioritizes)
            let result = await SuiteEnumeration(
                prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil), version: .tls12
            ).run()
            #expect(result.prioritizesChaCha == .known(prioritizes))
        }
    }

    @Test("a suite that was not offered ends the enumeration as undecided")
    func lies() async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls12] = .init(suites: [CipherSuite(rawValue: 0xC02F)])
        rules.lies = true
        let result = await SuiteEnumeration(
            prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil), version: .tls12
        ).run()
        guard case .unknown(let reason) = result.suites else {
            Issue.record("\(result.suites)")
            return
        }
        #expect(reason.reason == .protocolError)
    }

    @Test("silence is never a no")
    func silence() async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls11] = .init(suites: [CipherSuite(rawValue: 0x002F)])
        rules.versionRefusal = .silence
        rules.refusal = .silence
        let lanes = await VersionLanes(prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil)).run()
        guard case .unknown(let reason) = lanes.tls13.isOffered else {
            Issue.record("\(lanes.tls13.isOffered)")
            return
        }
        #expect(reason.reason == .timedOut)
        #expect(lanes.older[.tls11]?.isOffered == .known(true))
        guard case .unknown = lanes.older[.tls11]?.suites else {
            Issue.record("the end of the list was not heard of")
            return
        }
    }

    @Test("a limit on connections leaves cells open and says why")
    func limited() async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls12] = .init(suites: Array(CipherSuite.all(for: .tls12).prefix(30)))
        rules.connectionLimit = 12
        let result = await SuiteEnumeration(
            prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil), version: .tls12
        ).run()
        #expect(result.isOffered == .known(true))
        guard case .unknown(let reason) = result.suites else {
            Issue.record("\(result.suites)")
            return
        }
        #expect(reason.reason == .rateLimited)
    }

    @Test("a model of a usual server takes few connections")
    func economy() async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls12] = .init(suites: [0xC02B, 0xC02F, 0xC030].map { CipherSuite(rawValue: $0) })
        rules.versions[.tls13] = .init(suites: [0x1301, 0x1302, 0x1303].map { CipherSuite(rawValue: $0) })
        let server = ModelServer(rules)
        _ = await VersionLanes(prober: prober(server), factory: try HelloFactory(serverName: nil)).run()
        #expect(server.connectionCount <= 17)
    }

    private func groups(_ rules: ModelServer.Rules) async throws -> Fact<[NamedGroup]> {
        let suites = try #require(rules.versions[.tls12]).suites
        return await GroupEnumeration12(
            prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil), version: .tls12, suites: suites, seen: []
        ).run(known: []).groups
    }

    private let ecdsa = [0xC02B, 0xC02C, 0xC023].map { CipherSuite(rawValue: $0) }

    @Test("the curve of an ECDSA certificate stays in the list while other groups are asked for")
    func certificateCurve() async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls12] = .init(suites: ecdsa)
        rules.groups12 = [.x25519, .secp256r1, .secp384r1, .x448]
        rules.certificateCurve = .secp256r1
        rules.schemes = [TLSSignatureScheme(rawValue: 0x0403)]
        #expect(try await groups(rules) == .known([.secp256r1, .secp384r1, .x25519, .x448]))
    }

    @Test("a server that can sign with one scheme only loses neither suites nor groups", arguments: [0x0503, 0x0603, 0x0403, 0x0807])
    func oneScheme(number: UInt16) async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls12] = .init(suites: ecdsa)
        rules.groups12 = [.x25519, .secp384r1, .secp521r1]
        rules.certificateCurve = .secp384r1
        rules.schemes = [TLSSignatureScheme(rawValue: number)]
        let result = await SuiteEnumeration(
            prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil), version: .tls12
        ).run()
        #expect(Set(result.suites.value ?? []) == Set(ecdsa))
        #expect(try await groups(rules) == .known([.secp384r1, .secp521r1, .x25519]))
        let schemes = await SchemeEnumeration12(
            prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil), suites: ecdsa
        ).run(known: [])
        #expect(schemes == .known(rules.schemes))
    }

    @Test("a refusal that is not about the offer leaves versions undecided", arguments: [Alert.unrecognizedName, Alert.internalError])
    func otherRefusal(code: UInt8) async throws {
        var rules = ModelServer.Rules()
        rules.versionRefusal = .alert(code)
        let lanes = await VersionLanes(prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: "other.example")).run()
        for version in [ProtocolVersion.tls10, .tls12, .tls13] {
            guard case .unknown(let reason) = lanes.isOffered(version) else {
                Issue.record("\(version): \(lanes.isOffered(version))")
                continue
            }
            #expect(reason.reason == .protocolError && reason.detail.contains("(\(code))"))
        }
    }

    @Test("an error inside a server that answers other versions, each time, is its way to refuse: OpenSSL's under a security level")
    func steadyInternalError() async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls12] = .init(suites: ecdsa)
        rules.versionRefusal = .alert(Alert.internalError)
        let lanes = await VersionLanes(prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil)).run()
        #expect(lanes.isOffered(.tls12) == .known(true))
        for version in [ProtocolVersion.tls10, .tls11, .tls13] { #expect(lanes.isOffered(version) == .known(false), "\(version)") }
    }

    @Test("a server that fails inside at long lists, and at no short ones, is asked in short ones")
    func internalErrorAtLength() async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls12] = .init(suites: ecdsa)
        rules.versions[.tls13] = .init(suites: [0x1301].map { CipherSuite(rawValue: $0) })
        rules.suiteLimit = 150
        rules.suiteLimitAlert = Alert.internalError
        let lanes = await VersionLanes(prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil)).run()
        #expect(lanes.isOffered(.tls12) == .known(true))
        #expect(Set(lanes.suites(.tls12)) == Set(ecdsa))
    }

    @Test("a group that nobody offered ends the list of groups, as wolfSSL means it")
    func strayGroup() async throws {
        var rules = ModelServer.Rules()
        rules.versions[.tls13] = .init(suites: [0x1301, 0x1302].map { CipherSuite(rawValue: $0) })
        rules.groups = [.secp256r1, .x25519]
        rules.strayGroup = .secp256r1
        let lanes = await VersionLanes(prober: prober(ModelServer(rules)), factory: try HelloFactory(serverName: nil)).run()
        #expect(lanes.tls13.isOffered == .known(true))
        #expect(lanes.tls13.groups == .known([.secp256r1, .x25519]))
        #expect(Set(lanes.tls13.suites.value ?? []) == Set(rules.versions[.tls13]?.suites ?? []))
    }
}
