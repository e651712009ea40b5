/// What a server chokes on (draft-ietf-tls-grease, RFC 8446 §9.3): hellos that are right but unusual.
struct ToleranceProbes: Sendable {
    let prober: Prober
    let factory: HelloFactory
    /// The version to ask in and suites that are accepted there.
    let version: ProtocolVersion
    let suites: [CipherSuite]
    /// From the enumeration: whether a hello with every suite was answered.
    let takesManySuites: Fact<Bool>
    /// Whether SNI was sent, so that a wrong name means something.
    let hasServerName: Bool

    func run() async -> ToleranceFacts {
        async let future = futureVersion()
        async let huge = answers(usual(adding: [.padding(1 << 14)]))
        async let fragmented = fragmentedHello()
        async let grease = grease()
        async let name = unknownServerName()
        let (extensionFact, suiteFact) = await grease
        return ToleranceFacts(
            futureVersion: await future, longHello: await longHello(), hugeHello: await huge, unknownExtension: extensionFact,
            unknownCipherSuites: suiteFact, manyCipherSuites: takesManySuites, unknownServerName: await name,
            fragmentedHello: await fragmented, dropsTLS13: .untested("TLS 1.3 was answered, or is not there"))
    }

    private func usual(adding extra: [ClientHello.Extension] = [], suites more: [CipherSuite] = []) -> ClientHello {
        if version == .tls13 {
            return factory.hello13(suites: suites + more, groups: NamedGroup.tls13All, extensions: extra)
        }
        return factory.hello(version, suites: suites + more, extensions: HelloFactory.usual + extra)
    }

    private func answers(_ hello: ClientHello) async -> Fact<Bool> { Self.fact(await prober.ask(hello)) }

    private static func fact(_ answer: HelloAnswer) -> Fact<Bool> {
        switch answer {
        case .answered: .known(true)
        case .refused: .known(false)
        // Silence is how an intolerant box on the path answers; but so does a broken network.
        case .undecided(let reason): .unknown(reason)
        }
    }

    /// A hello with every suite is longer than 512 bytes, which old load balancers could not take.
    private func longHello() async -> Fact<Bool> {
        if takesManySuites.value == true { return .known(true) }
        return await answers(usual(adding: [.padding(600)]))
    }

    /// A version that does not exist yet must be answered with one that does (RFC 8446 appendix D.2).
    private func futureVersion() async -> Fact<Bool> {
        var hello = usual()
        if version == .tls13 {
            hello.extensions = hello.extensions.map { item in
                item.type == .supportedVersions ? .supportedVersions([0x0305, ProtocolVersion.tls13.rawValue]) : item
            }
        } else {
            hello.legacyVersion = 0x0305
        }
        return Self.fact(await prober.ask(hello))
    }

    /// A first record of one byte.
    private func fragmentedHello() async -> Fact<Bool> {
        let hello = usual()
        let message = hello.message.encoded
        let bytes =
            Record(type: .handshake, version: hello.recordVersion, fragment: Array(message[..<1])).encoded
            + Record.records(.handshake, version: hello.recordVersion, Array(message[1...]))
        return Self.fact(await prober.ask(bytes, as: hello, extent: .serverHello))
    }

    /// Unknown extensions and suites (RFC 8701) in one hello; in two if that is refused.
    private func grease() async -> (Fact<Bool>, Fact<Bool>) {
        let unknown: [ClientHello.Extension] = [.init(ExtensionType(rawValue: 0x3A3A)), .init(ExtensionType(rawValue: 0xBABA), [0])]
        let unknownSuites = [CipherSuite(rawValue: 0x2A2A), CipherSuite(rawValue: 0xDADA)]
        let both = await answers(usual(adding: unknown, suites: unknownSuites))
        if both.value == true { return (both, both) }
        return (await answers(usual(adding: unknown)), await answers(usual(suites: unknownSuites)))
    }

    private func unknownServerName() async -> Fact<Bool> {
        guard hasServerName else { return .untested("no name was sent") }
        var hello = usual()
        hello.extensions = hello.extensions.map { $0.type == .serverName ? .serverName("coffer.invalid") : $0 }
        return Self.fact(await prober.ask(hello))
    }
}

extension ClientHello.Extension {
    /// RFC 7685: so many zeros.
    static func padding(_ count: Int) -> Self { Self(.padding, [UInt8](repeating: 0, count: count)) }
}

extension ToleranceFacts {
    static func all(_ fact: Fact<Bool>) -> ToleranceFacts {
        ToleranceFacts(
            futureVersion: fact, longHello: fact, hugeHello: fact, unknownExtension: fact, unknownCipherSuites: fact,
            manyCipherSuites: fact, unknownServerName: fact, fragmentedHello: fact, dropsTLS13: fact)
    }
}
