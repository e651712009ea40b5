/// The cipher suites of one version up to TLS 1.2, and everything that the flights say by the way.
struct SuiteEnumeration: Sendable {
    struct Result: Sendable {
        var isOffered: Fact<Bool>
        var suites: Fact<[CipherSuite]>
        var preference: Fact<SuitePreference>
        var prioritizesChaCha: Fact<Bool>
        /// Whether a hello with all suites at once was answered.
        var takesManySuites: Fact<Bool>
        /// What the server said in this version.
        var flights: [ServerAnswer]
        /// What was found before the enumeration broke off.
        var partial: [CipherSuite] = []
        /// The answer to a hello that offered everything, where one was asked to see whose order it is.
        var everything: ServerAnswer?
        /// The alert that refused the version, if one did.
        var refusal: Refusal?

        static func undecided(_ reason: Undecided) -> Self {
            Self(
                isOffered: .unknown(reason), suites: .unknown(reason), preference: .unknown(reason), prioritizesChaCha: .unknown(reason),
                takesManySuites: .unknown(reason), flights: [])
        }

        static func notOffered(_ refusal: Refusal?) -> Self {
            Self(
                isOffered: .known(false), suites: .known([]), preference: .known(.undetermined), prioritizesChaCha: .known(false),
                takesManySuites: .untested("the version is not offered"), flights: [], refusal: refusal)
        }
    }

    /// Some servers (wolfSSL) refuse a hello with more than 150 suites.
    static let chunkCount = 128

    let prober: Prober
    let factory: HelloFactory
    let version: ProtocolVersion
    /// Ask without a staple and with ECDHE in front: wolfSSL closes when a staple is asked for that it does not have, and Dovecot when it
    /// chooses DHE without parameters.
    private var isPlain = false

    init(prober: Prober, factory: HelloFactory, version: ProtocolVersion) {
        self.prober = prober
        self.factory = factory
        self.version = version
    }

    /// The hello with which the enumeration begins.
    var first: ClientHello { hello(CipherSuite.all(for: version), schemes: TLSSignatureScheme.offered) }

    /// - Parameter answer: to ``first``, if that was asked already.
    func run(answer: HelloAnswer? = nil) async -> Result {
        let all = CipherSuite.all(for: version)
        let step: Step
        if let answer { step = self.step(answer) } else { step = await ask(all) }
        switch step {
        case .taken(let answer): return await enumerate([all], first: answer, takesMany: true)
        case .undecided(let reason): return .undecided(reason)
        case .refused(let refusal):
            // A server that knows the version and not its number of suites says so in one of several ways; asking is cheaper than guessing.
            guard refusal.alertCode != Alert.protocolVersion, !isCertain(refusal) else { return .notOffered(refusal) }
            return await enumeratePlainly(all)
        }
    }

    private func enumeratePlainly(_ all: [CipherSuite]) async -> Result {
        var plain = self
        plain.isPlain = true
        let elliptic = all.filter { $0.attributes?.keyExchange == .ecdhe }
        let ordered = elliptic + all.filter { $0.attributes?.keyExchange != .ecdhe }
        switch await plain.ask(ordered) {
        case .taken(let answer): return await plain.enumerate([ordered], first: answer, takesMany: true)
        case .undecided(let reason): return .undecided(reason)
        case .refused(let second): return await plain.enumerateChunks(ordered, second)
        }
    }

    private enum Step {
        case taken(ServerAnswer)
        case refused(Refusal)
        case undecided(Undecided)
    }

    private func ask(_ suites: [CipherSuite], schemes: [TLSSignatureScheme] = TLSSignatureScheme.offered) async -> Step {
        await ask(hello(suites, schemes: schemes))
    }

    private func hello(_ suites: [CipherSuite], schemes: [TLSSignatureScheme]) -> ClientHello {
        let extensions = isPlain ? HelloFactory.usual : HelloFactory.usual + [.statusRequest, .signedCertificateTimestamp]
        return factory.hello(version, suites: suites, schemes: schemes, extensions: extensions)
    }

    private func ask(_ hello: ClientHello) async -> Step { step(await prober.ask(hello, extent: .flight)) }

    private func step(_ answer: HelloAnswer) -> Step {
        switch answer {
        case .answered(let answer):
            guard answer.hello.version == version.rawValue else { return .refused(.otherVersion(answer.hello.version)) }
            return .taken(answer)
        case .refused(let refusal): return .refused(refusal)
        case .undecided(let reason): return .undecided(reason)
        }
    }

    // MARK: Chunks

    private func enumerateChunks(_ all: [CipherSuite], _ refusal: Refusal) async -> Result {
        let chunks = stride(from: 0, to: all.count, by: Self.chunkCount).map { Array(all[$0..<min($0 + Self.chunkCount, all.count)]) }
        guard refusal.isAboutOffer else { return .undecided(refusal.undecided) }
        guard refusal.isAlert, chunks.count > 1, !isCertain(refusal) else { return .notOffered(refusal) }
        for (index, chunk) in chunks.enumerated() {
            switch await ask(chunk) {
            case .taken(let answer): return await enumerate(Array(chunks[index...]), first: answer, takesMany: false)
            case .refused: continue
            case .undecided(let reason): return .undecided(reason)
            }
        }
        return .notOffered(refusal)
    }

    /// "No common suite" was said about all suites, and an answer in another version was an answer.
    private func isCertain(_ refusal: Refusal) -> Bool {
        switch refusal {
        case .otherVersion: true
        case .alert(let alert): alert.code == Alert.handshakeFailure || alert.code == 71
        case .closed, .reset, .internalError: false
        }
    }

    private func enumerate(_ chunks: [[CipherSuite]], first: ServerAnswer, takesMany: Bool) async -> Result {
        var flights: [ServerAnswer] = []
        var taken: [CipherSuite] = []
        var open: Undecided?
        var pending: ServerAnswer? = first
        for chunk in chunks {
            var removal = Removal(chunk)
            open = await remove(&removal, &flights, pending)
            taken += removal.taken
            pending = nil
            if open != nil { break }
        }
        return await conclude(taken, open, takesMany: takesMany, flights)
    }

    private func remove(_ removal: inout Removal<CipherSuite>, _ flights: inout [ServerAnswer], _ first: ServerAnswer?) async -> Undecided?
    {
        var pending = first
        var offer = SchemeOffer()
        while !removal.remaining.isEmpty {
            let answer: ServerAnswer
            if let known = pending {
                answer = known
                pending = nil
            } else {
                switch await ask(removal.remaining, schemes: offer.schemes) {
                case .taken(let next): answer = next
                case .refused(let refusal):
                    guard !isCertain(refusal), removal.dropDHE() else { return nil }
                    continue
                case .undecided(let reason): return reason
                }
            }
            flights.append(answer)
            offer.moveToEnd(answer.keyExchange?.scheme)
            guard removal.take(answer.hello.cipherSuite) else {
                return Undecided(.protocolError, "the server chose the suite \(answer.hello.cipherSuite.name), which was not offered")
            }
        }
        return nil
    }

    // MARK: Order

    private func conclude(_ taken: [CipherSuite], _ open: Undecided?, takesMany: Bool, _ flights: [ServerAnswer]) async -> Result {
        var result = Result(
            isOffered: .known(true), suites: .known(taken), preference: .known(.undetermined), prioritizesChaCha: .known(false),
            takesManySuites: .known(takesMany), flights: flights, partial: taken)
        if taken.count > 1 { await findPreference(taken, wasWhole: takesMany, &result) }
        let taken = result.partial
        result.prioritizesChaCha = await prioritizesChaCha(taken, result.preference, &result.flights)
        if let open {
            result.suites = .unknown(open)
        } else {
            result.suites = .known(result.preference.value == .server ? taken : taken.sorted())
        }
        return result
    }

    /// The same suites the other way round: whose order is it? The hello offers everything else too, unless that is refused.
    ///
    /// - Parameter wasWhole: all suites were in one offer, so that the first that was taken is the first of all.
    private func findPreference(_ taken: [CipherSuite], wasWhole: Bool, _ result: inout Result) async {
        var ordered = taken
        if !wasWhole {
            var removal = Removal(taken)
            if await remove(&removal, &result.flights, nil) == nil, removal.taken.count == taken.count { ordered = removal.taken }
            result.partial = ordered
        }
        let reversed = CipherSuite.reversed(ordered)
        var step = await ask(factory.everything(version, reversed))
        if case .taken(let answer) = step {
            result.everything = answer
        } else {
            step = await ask(reversed)
        }
        switch step {
        case .taken(let answer):
            result.flights.append(answer)
            result.preference = .known(answer.hello.cipherSuite == ordered.first ? .server : .client)
        case .refused(let refusal):
            result.preference = .unknown(
                Undecided(.protocolError, "the same offer in another order was refused: \(refusal.description)"))
        case .undecided(let reason): result.preference = .unknown(reason)
        }
    }

    private func prioritizesChaCha(
        _ taken: [CipherSuite], _ preference: Fact<SuitePreference>, _ flights: inout [ServerAnswer]
    ) async -> Fact<Bool> {
        guard preference.value == .server, let chaCha = taken.first(where: \.isChaCha), taken.first?.isChaCha == false else {
            return .known(false)
        }
        switch await ask([chaCha] + taken.filter { $0 != chaCha }) {
        case .taken(let answer):
            flights.append(answer)
            return .known(answer.hello.cipherSuite == chaCha)
        case .refused: return .known(false)
        case .undecided(let reason): return .unknown(reason)
        }
    }
}

extension Removal<CipherSuite> {
    /// Leaves out DHE, which a server without parameters may choose and then not serve (Dovecot), so that what stands behind is found.
    /// - Returns: false if there was none.
    fileprivate mutating func dropDHE() -> Bool {
        leaveOut { $0.attributes?.keyExchange == .dhe }
    }
}

extension CipherSuite {
    /// The other way round, but with ChaCha20 not at the front: there it is taken by servers that prioritize it, whatever their order is.
    static func reversed(_ suites: [CipherSuite]) -> [CipherSuite] {
        let others = suites.filter { !$0.isChaCha }
        guard others.count > 1 else { return suites.reversed() }
        return others.reversed() + suites.filter(\.isChaCha)
    }

    fileprivate var isChaCha: Bool { registeredName?.contains("CHACHA20") ?? false }
}
