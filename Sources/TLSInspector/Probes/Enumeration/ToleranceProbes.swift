/// What a server chokes on (RFC 8701, RFC 8446 §9.3): hellos that are right but unusual.
///
/// All that is unusual goes into one hello first; only if that is refused is each asked for alone.
struct ToleranceProbes: Sendable {
    struct Result: Sendable {
        var facts: ToleranceFacts
        /// The chain for a client that names nobody, if that was seen.
        var defaultChain: [CertificateBytes]?
    }

    let prober: Prober
    let factory: HelloFactory
    /// The version to ask in and suites that are accepted there.
    let version: ProtocolVersion
    let suites: [CipherSuite]
    /// From the enumeration: whether a hello with every suite was answered.
    let takesManySuites: Fact<Bool>
    /// Whether SNI was sent, so that another name, or none, means something.
    let hasServerName: Bool

    private static let unknownExtensions: [ClientHello.Extension] = [
        .init(ExtensionType(rawValue: 0x3A3A)), .init(ExtensionType(rawValue: 0xBABA), [0]),
    ]
    private static let unknownSuites = [CipherSuite(rawValue: 0x2A2A), CipherSuite(rawValue: 0xDADA)]

    func run() async -> Result {
        async let huge = prober.ask(usual(factory.withoutName, adding: [.padding(1 << 14)]), extent: .flight)
        let isTolerant = await unusual().answer != nil
        var facts = ToleranceFacts.all(.known(true))
        if !isTolerant { facts = await oneByOne() }
        if !hasServerName { facts.unknownServerName = .untested("no name was sent") }
        let nameless = await huge
        facts.hugeHello = .known(true)
        if nameless.answer == nil { facts.hugeHello = await answers(usual(adding: [.padding(1 << 14)])) }
        facts.longHello = await longHello()
        facts.manyCipherSuites = takesManySuites
        return Result(facts: facts, defaultChain: await defaultChain(nameless))
    }

    /// Unknown extensions, suites, version and name, in pieces.
    private func unusual() async -> HelloAnswer {
        let hello = withFutureVersion(withUnknownName(usual(adding: Self.unknownExtensions, suites: Self.unknownSuites)))
        return await prober.ask(fragmented(hello), as: hello, extent: .serverHello)
    }

    private func oneByOne() async -> ToleranceFacts {
        var facts = ToleranceFacts.all(.known(true))
        facts.futureVersion = await answers(withFutureVersion(usual()))
        facts.unknownExtension = await answers(usual(adding: Self.unknownExtensions))
        facts.unknownCipherSuites = await answers(usual(suites: Self.unknownSuites))
        let hello = usual()
        facts.fragmentedHello = Self.fact(await prober.ask(fragmented(hello), as: hello, extent: .serverHello))
        if hasServerName { facts.unknownServerName = await answers(withUnknownName(usual())) }
        return facts
    }

    private func usual(
        _ factory: HelloFactory? = nil, adding extra: [ClientHello.Extension] = [], suites more: [CipherSuite] = []
    ) -> ClientHello {
        let factory = factory ?? self.factory
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

    /// A version that does not exist yet must be answered with one that does (RFC 8446 appendix D.2).
    private func withFutureVersion(_ hello: ClientHello) -> ClientHello {
        var hello = hello
        if version == .tls13 {
            hello.extensions = hello.extensions.map { item in
                item.type == .supportedVersions ? .supportedVersions([0x0305, ProtocolVersion.tls13.rawValue]) : item
            }
        } else {
            hello.legacyVersion = 0x0305
        }
        return hello
    }

    /// A first record of one byte.
    private func fragmented(_ hello: ClientHello) -> [UInt8] {
        let message = hello.message.encoded
        return Record(type: .handshake, version: hello.recordVersion, fragment: Array(message[..<1])).encoded
            + Record.records(.handshake, version: hello.recordVersion, Array(message[1...]))
    }

    /// A hello with every suite is longer than 512 bytes, which old load balancers could not take.
    private func longHello() async -> Fact<Bool> {
        if takesManySuites.value == true { return .known(true) }
        return await answers(usual(adding: [.padding(600)]))
    }

    private func withUnknownName(_ hello: ClientHello) -> ClientHello {
        var hello = hello
        hello.extensions = hello.extensions.map { $0.type == .serverName ? .serverName("coffer.invalid") : $0 }
        return hello
    }

    private func defaultChain(_ nameless: HelloAnswer) async -> [CertificateBytes]? {
        guard hasServerName, version < .tls13 else { return nil }
        var answer = nameless.answer
        if answer == nil { answer = await prober.ask(usual(factory.withoutName), extent: .flight).answer }
        guard let answer, answer.hello.version == version.rawValue else { return nil }
        return FlightFacts([answer]).chains.first?.certificates
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
