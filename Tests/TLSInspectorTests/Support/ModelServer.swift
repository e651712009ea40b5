import Synchronization

@testable import TLSInspector

/// A server that is only a list of rules: it reads a ClientHello and answers as it is told to. It counts its connections.
final class ModelServer: Dialer {
    enum Manner: Sendable {
        case alert(UInt8)
        case close
        case reset
        case silence
    }

    struct Version: Sendable {
        /// In the server's order.
        var suites: [CipherSuite]
        var prefersOwnOrder = false
        var prioritizesChaCha = false
    }

    struct Rules: Sendable {
        var versions: [ProtocolVersion: Version] = [:]
        /// In the server's order.
        var groups: [NamedGroup] = [.x25519, .secp256r1]
        var prefersOwnGroups = true
        /// Up to TLS 1.2: how it says no.
        var refusal = Manner.alert(Alert.handshakeFailure)
        var versionRefusal = Manner.alert(Alert.protocolVersion)
        /// More suites than this are refused, with decode_error unless another alert is named.
        var suiteLimit = Int.max
        var suiteLimitAlert: UInt8 = 50
        /// Answers with a suite that was not offered.
        var lies = false
        /// After so many connections it resets every one.
        var connectionLimit = Int.max
        /// Up to TLS 1.2: groups for ECDHE, in the server's order. Without any, no ServerKeyExchange is sent.
        var groups12: [NamedGroup] = []
        var prefersOwnGroups12 = false
        /// Of an ECDSA certificate: the client has to list it.
        var certificateCurve: NamedGroup?
        /// What the server signs with in TLS 1.2; the client's order counts.
        var schemes: [TLSSignatureScheme] = []
        /// A group of TLS 1.3 that is named when none of those offered will do.
        var strayGroup: NamedGroup?
        /// What is answered when it is offered.
        var extensions: [ClientHello.Extension] = []
    }

    let rules: Rules
    private let counter = Mutex(0)

    init(_ rules: Rules) {
        self.rules = rules
    }

    var connectionCount: Int { counter.withLock { $0 } }

    func dial() async throws(TransportFailure) -> any PeerConnection {
        let count = counter.withLock { count in
            count += 1
            return count
        }
        guard count <= rules.connectionLimit else { throw TransportFailure(.rateLimited, "too many connections") }
        return ModelConnection { [rules] bytes in ModelServer.answer(bytes, rules) }
    }

    // MARK: Answers

    static func answer(_ bytes: [UInt8], _ rules: Rules) -> ModelConnection.Answer {
        guard let hello = ReadHello(bytes) else { return answer(rules.refusal) }
        if hello.suites.count > rules.suiteLimit { return answer(.alert(rules.suiteLimitAlert)) }
        let offered = hello.versions.filter { rules.versions[$0] != nil }
        guard let version = offered.max(), let own = rules.versions[version] else { return answer(rules.versionRefusal) }
        var usable = own
        if version < .tls13, !rules.groups12.isEmpty { usable.suites = own.suites.filter { canServe($0, hello, rules) } }
        guard let suite = choose(usable, hello.suites) else { return answer(rules.refusal) }
        if version == .tls13 {
            guard let group = choose(rules.groups, hello.groups, rules.prefersOwnGroups) ?? rules.strayGroup else {
                return answer(rules.refusal)
            }
            return .bytes(retryRequest(hello, suite, group))
        }
        let shown = rules.lies ? CipherSuite(rawValue: 0x0003) : suite
        return .bytes(serverHello(hello, version, shown, rules))
    }

    private static func canServe(_ suite: CipherSuite, _ hello: ReadHello, _ rules: Rules) -> Bool {
        guard suite.attributes?.keyExchange == .ecdhe else { return true }
        let hasCurve = rules.certificateCurve.map(hello.groups.contains) ?? true
        return hasCurve && rules.groups12.contains(where: hello.groups.contains) && rules.schemes.contains(where: hello.schemes.contains)
    }

    private static func keyExchange(_ hello: ReadHello, _ suite: CipherSuite, _ rules: Rules) -> [UInt8] {
        guard suite.attributes?.keyExchange == .ecdhe, let group = choose(rules.groups12, hello.groups, rules.prefersOwnGroups12),
            let scheme = choose(rules.schemes, hello.schemes, false)
        else { return [] }
        var body: [UInt8] = [3]
        body.append(uint16: group.rawValue)
        body.append(vector8: [4, 1, 2])
        body.append(uint16: scheme.rawValue)
        body.append(vector16: [9, 9])
        return HandshakeMessage(type: .serverKeyExchange, body: body).encoded
    }

    private static func answer(_ manner: Manner) -> ModelConnection.Answer {
        switch manner {
        case .alert(let code): .bytes(Record(type: .alert, version: 0x0303, fragment: [2, code]).encoded)
        case .close: .close
        case .reset: .reset
        case .silence: .silence
        }
    }

    private static func choose(_ own: Version, _ offered: [CipherSuite]) -> CipherSuite? {
        let isChaCha = { (suite: CipherSuite) in suite.name.contains("CHACHA20") }
        if own.prioritizesChaCha, let first = offered.first(where: own.suites.contains), isChaCha(first) { return first }
        return choose(own.suites, offered, own.prefersOwnOrder)
    }

    private static func choose<Item: Equatable>(_ own: [Item], _ offered: [Item], _ prefersOwn: Bool) -> Item? {
        prefersOwn ? own.first(where: offered.contains) : offered.first(where: own.contains)
    }

    private static func retryRequest(_ hello: ReadHello, _ suite: CipherSuite, _ group: NamedGroup) -> [UInt8] {
        var keyShare: [UInt8] = []
        keyShare.append(uint16: group.rawValue)
        return message(
            0x0303, ServerHello.helloRetryRequestRandom, hello.sessionID, suite,
            [.init(.supportedVersions, [3, 4]), .init(.keyShare, keyShare)])
    }

    private static func serverHello(
        _ hello: ReadHello, _ version: ProtocolVersion, _ suite: CipherSuite, _ rules: Rules
    ) -> [UInt8] {
        let answered = rules.extensions.filter { item in hello.extensions.contains(item.type) }
        let done = keyExchange(hello, suite, rules) + HandshakeMessage(type: .serverHelloDone, body: []).encoded
        return message(version.rawValue, [UInt8](repeating: 7, count: 32), [], suite, answered)
            + Record(type: .handshake, version: version.rawValue, fragment: done).encoded
    }

    private static func message(
        _ version: UInt16, _ random: [UInt8], _ sessionID: [UInt8], _ suite: CipherSuite, _ extensions: [ClientHello.Extension]
    ) -> [UInt8] {
        var body: [UInt8] = []
        body.append(uint16: version)
        body += random
        body.append(vector8: sessionID)
        body.append(uint16: suite.rawValue)
        body.append(0)
        if !extensions.isEmpty {
            var list: [UInt8] = []
            for item in extensions {
                list.append(uint16: item.type.rawValue)
                list.append(vector16: item.body)
            }
            body.append(vector16: list)
        }
        return Record(type: .handshake, version: version, fragment: HandshakeMessage(type: .serverHello, body: body).encoded).encoded
    }
}

/// What a server reads of a hello.
private struct ReadHello {
    var versions: [ProtocolVersion]
    var sessionID: [UInt8]
    var suites: [CipherSuite]
    var groups: [NamedGroup]
    var schemes: [TLSSignatureScheme]
    var extensions: [ExtensionType]

    init?(_ bytes: [UInt8]) {
        var records = RecordStream()
        var stream = HandshakeStream()
        records.append(bytes)
        do {
            while let record = try records.next() { stream.append(record.fragment) }
            guard let message = try stream.next(), message.type == .clientHello else { return nil }
            var reader = ByteReader(message.body)
            let legacy = try reader.uint16("hello")
            _ = try reader.take(32, "hello")
            sessionID = Array(try reader.vector8("hello"))
            suites = try Self.list(try reader.vector16("hello")).map { CipherSuite(rawValue: $0) }
            _ = try reader.vector8("hello")
            let found = reader.isAtEnd ? [] : try ServerHello.extensions(&reader)
            extensions = found.map(\.type)
            groups = try Self.list(found.first { $0.type == .supportedGroups }?.body.dropFirst(2) ?? []).map { NamedGroup(rawValue: $0) }
            schemes = try Self.list(found.first { $0.type == .signatureAlgorithms }?.body.dropFirst(2) ?? [])
                .map { TLSSignatureScheme(rawValue: $0) }
            if let body = found.first(where: { $0.type == .supportedVersions })?.body {
                versions = try Self.list(body.dropFirst()).compactMap { ProtocolVersion(rawValue: $0) }
            } else {
                versions = ProtocolVersion.allCases.filter { $0 > .ssl2 && $0 < .tls13 && $0.rawValue <= legacy }
            }
        } catch {
            return nil
        }
    }

    private static func list(_ bytes: ArraySlice<UInt8>) throws(WireError) -> [UInt16] {
        var reader = ByteReader(bytes)
        var values: [UInt16] = []
        while !reader.isAtEnd { values.append(try reader.uint16("list")) }
        return values
    }
}

/// One connection to a model: what is sent is answered once.
final class ModelConnection: PeerConnection {
    enum Answer: Sendable {
        case bytes([UInt8])
        case close, reset, silence
    }

    private let respond: @Sendable ([UInt8]) -> Answer
    private let pending = Mutex<Answer?>(nil)

    init(respond: @escaping @Sendable ([UInt8]) -> Answer) {
        self.respond = respond
    }

    func send(_ bytes: [UInt8]) async throws(TransportFailure) {
        let answer = respond(bytes)
        pending.withLock { $0 = answer }
    }

    func receive() async throws(TransportFailure) -> [UInt8] {
        let answer = pending.withLock { pending in
            defer { pending = .close }
            return pending
        }
        switch answer {
        case .bytes(let bytes): return bytes
        case .close, nil: return []
        case .reset: throw TransportFailure(.reset, "reset")
        case .silence: throw TransportFailure(.timedOut, "no answer")
        }
    }

    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] { try await receive() }
    func close() async {}
}
