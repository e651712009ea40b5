/// What a server knows beside suites and groups, up to TLS 1.2: one hello that offers all of it.
struct ExtensionProbes: Sendable {
    struct Result: Sendable {
        var facts: ExtensionFacts
        var flights: [ServerAnswer] = []
    }

    let prober: Prober
    let factory: HelloFactory
    /// The newest version up to TLS 1.2 that the server speaks, and its suites there. Nil if there is none.
    let version: ProtocolVersion?
    let suites: [CipherSuite]
    /// Older versions are offered too, or TLS 1.3 is.
    let offered: [ProtocolVersion]

    /// Suites of the version below it, if one is offered.
    let olderSuites: [CipherSuite]
    /// What the enumeration of suites has asked already.
    let everything: ServerAnswer?

    func run() async -> Result {
        guard let version, version > .ssl3, !suites.isEmpty else { return Result(facts: .untested("TLS 1.0 to 1.2 are not offered")) }
        if let everything { return await read(everything, version, alpn: await protocols(everything, version)) }
        switch await prober.ask(factory.everything(version, suites), extent: .flight) {
        case .undecided(let reason): return Result(facts: .unknown(reason))
        case .refused(let refusal) where refusal.alertCode != Alert.noApplicationProtocol: return await withoutExtras(version, refusal)
        case .refused: return await answered(to: factory.everything(version, suites, alpn: []), version, alpn: .known([]))
        case .answered(let answer): return await read(answer, version, alpn: await protocols(answer, version))
        }
    }

    /// A server that chokes on the whole offer still says what it knows of the usual one.
    private func withoutExtras(_ version: ProtocolVersion, _ refusal: Refusal) async -> Result {
        let usual = factory.hello(version, suites: suites, extensions: HelloFactory.usual + [ClientHello.Extension.encryptThenMAC])
        var result = await answered(to: usual, version, alpn: .untested("a hello with it was refused: \(refusal.description)"))
        let reason = Undecided(.protocolError, "a hello that offers it was refused: \(refusal.description)")
        result.facts.heartbeat = .unknown(reason)
        result.facts.maxFragmentLength = .unknown(reason)
        result.facts.truncatedHMAC = .unknown(reason)
        result.facts.compression = .unknown(reason)
        result.facts.stapling = .unknown(reason)
        return result
    }

    private func answered(to hello: ClientHello, _ version: ProtocolVersion, alpn: Fact<[String]>) async -> Result {
        switch await prober.ask(hello, extent: .flight) {
        case .undecided(let reason): Result(facts: .unknown(reason))
        case .refused(let refusal): Result(facts: .unknown(Undecided(.protocolError, "a usual hello was refused: \(refusal.description)")))
        case .answered(let answer): await read(answer, version, alpn: alpn)
        }
    }

    private func read(_ answer: ServerAnswer, _ version: ProtocolVersion, alpn: Fact<[String]>) async -> Result {
        func has(_ type: ExtensionType) -> Fact<Bool> { .known(answer.hello[type] != nil) }
        var result = Result(
            facts: ExtensionFacts(
                extendedMasterSecret: has(.extendedMasterSecret), encryptThenMAC: has(.encryptThenMAC),
                secureRenegotiation: has(.renegotiationInfo), sessionTickets: has(.sessionTicket), heartbeat: has(.heartbeat),
                maxFragmentLength: has(.maxFragmentLength), truncatedHMAC: has(.truncatedHMAC),
                compression: .known(answer.hello.compressionMethod != 0), alpn: alpn,
                fallbackSCSV: .untested("one version is offered only"), downgradeSentinel: .untested("TLS 1.3 is not offered"),
                stapling: answer.isWhole || answer[.certificateStatus] != nil
                    ? .known(answer[.certificateStatus] != nil)
                    : .unknown(Undecided(.protocolError, "the server's flight was not whole")), seen: []),
            flights: [answer])
        result.facts.encryptThenMAC = await encryptThenMAC(answer, version, &result.flights)
        result.facts.fallbackSCSV = await fallbackSCSV(version)
        // Below TLS 1.2 the sentinel is the same whatever newer version there is (RFC 8446 §4.1.3).
        let hasSentinel = answer.hello.downgradeSentinel == (version == .tls12 ? .tls13 : .tls12)
        if hasSentinel || offered.contains(.tls13) { result.facts.downgradeSentinel = .known(hasSentinel) }
        return result
    }

    /// It is answered only if the suite has something to gain from it (RFC 7366 §3): the suite of the answer must be one with CBC.
    private func encryptThenMAC(_ answer: ServerAnswer, _ version: ProtocolVersion, _ flights: inout [ServerAnswer]) async -> Fact<Bool> {
        if answer.hello[.encryptThenMAC] != nil { return .known(true) }
        if answer.hello.cipherSuite.attributes?.mode == .cbc { return .known(false) }
        let suitable = suites.filter { $0.attributes?.mode == .cbc }
        guard !suitable.isEmpty else { return .untested("no suite with CBC is offered") }
        let hello = factory.hello(version, suites: suitable, extensions: HelloFactory.usual + [ClientHello.Extension.encryptThenMAC])
        switch await prober.ask(hello, extent: .flight) {
        case .answered(let answer):
            flights.append(answer)
            return .known(answer.hello[.encryptThenMAC] != nil)
        case .refused(let refusal):
            return .unknown(Undecided(.protocolError, "a hello that offers it was refused: \(refusal.description)"))
        case .undecided(let reason): return .unknown(reason)
        }
    }

    /// RFC 7507 §3: a client that falls back is refused, if the server has a newer version.
    private func fallbackSCSV(_ version: ProtocolVersion) async -> Fact<Bool> {
        guard offered.filter({ $0 > .ssl2 }).count > 1 else { return .untested("one version is offered only") }
        let older: ProtocolVersion
        if offered.contains(.tls13) {
            older = version
        } else if let below = offered.filter({ $0 < version && $0 > .ssl2 }).max() {
            older = below
        } else {
            return .untested("one version is offered only")
        }
        let hello = factory.hello(older, suites: (older == version ? suites : olderSuites) + [.fallbackSCSV])
        switch await prober.ask(hello) {
        case .answered(let answer) where answer.hello.version == older.rawValue: return .known(false)
        case .answered: return .unknown(Undecided(.protocolError, "the server answered in another version"))
        case .refused(.alert(let alert)):
            let refusal = Refusal.alert(alert)
            return alert.code == Alert.inappropriateFallback ? .known(true) : .unknown(refusal.undecided)
        case .refused(.internalError): return .unknown(Refusal.internalError.undecided)
        // Without a word, and more than once, to a hello that is answered without the signalling suite (GnuTLS within lighttpd).
        case .refused: return .known(true)
        case .undecided(let reason): return .unknown(reason)
        }
    }

    // MARK: ALPN

    /// What is accepted of ``protocols``, by removal.
    private func protocols(_ first: ServerAnswer, _ version: ProtocolVersion) async -> Fact<[String]> {
        var taken: [String] = []
        var next: HelloAnswer = .answered(first)
        while true {
            switch next {
            case .undecided(let reason): return .unknown(reason)
            case .refused: return .known(taken.sorted())
            case .answered(let answer):
                guard let name = Self.chosen(answer), HelloFactory.protocols.contains(name), !taken.contains(name) else {
                    return .known(taken.sorted())
                }
                taken.append(name)
            }
            let remaining = HelloFactory.protocols.filter { !taken.contains($0) }
            guard !remaining.isEmpty else { return .known(taken.sorted()) }
            next = await prober.ask(factory.hello(version, suites: suites, extensions: HelloFactory.usual + [.alpn(remaining)]))
        }
    }

    private static func chosen(_ answer: ServerAnswer) -> String? {
        guard let body = answer.hello[.alpn] else { return nil }
        do { return String(decoding: try EncryptedExtensions.chosenProtocol(body), as: UTF8.self) } catch { return nil }
    }
}

extension ExtensionFacts {
    static func all(_ fact: Fact<Bool>, _ alpn: Fact<[String]>) -> ExtensionFacts {
        ExtensionFacts(
            extendedMasterSecret: fact, encryptThenMAC: fact, secureRenegotiation: fact, sessionTickets: fact, heartbeat: fact,
            maxFragmentLength: fact, truncatedHMAC: fact, compression: fact, alpn: alpn, fallbackSCSV: fact, downgradeSentinel: fact,
            stapling: fact, seen: [])
    }

    static func untested(_ reason: String) -> ExtensionFacts { all(.untested(reason), .untested(reason)) }
    static func unknown(_ reason: Undecided) -> ExtensionFacts { all(.unknown(reason), .unknown(reason)) }
}
