/// What a server offers in each version. The versions are asked about side by side, because each takes its time.
struct VersionLanes: Sendable {
    struct Result: Sendable {
        var tls13: TLS13Enumeration.Result
        /// TLS 1.2 to SSLv3.
        var older: [ProtocolVersion: SuiteEnumeration.Result]
        var ssl2: SSL2Probe.Result

        static func undecided(_ reason: Undecided) -> Result {
            Result(
                tls13: .undecided(reason),
                older: Dictionary(uniqueKeysWithValues: [.ssl3, .tls10, .tls11, .tls12].map { ($0, .undecided(reason)) }),
                ssl2: .undecided(reason))
        }

        /// Oldest first.
        var offered: [ProtocolVersion] {
            let older = older.filter { $0.value.isOffered.value == true }.map(\.key)
            return (older + (tls13.isOffered.value == true ? [.tls13] : []) + (ssl2.facts.isOffered.value == true ? [.ssl2] : [])).sorted()
        }

        /// The newest up to TLS 1.2, which is spoken in the clear.
        var newestPlain: ProtocolVersion? { offered.filter { $0 < .tls13 && $0 > .ssl2 }.max() }

        /// Why nothing is offered: what hindered the scan, or what the server said to it. Of several reasons that of the newest version.
        var failure: Undecided {
            for version in [ProtocolVersion.tls13, .tls12, .tls11, .tls10, .ssl3] {
                if case .unknown(let reason) = isOffered(version) { return reason }
            }
            let refusals = older.sorted { $0.key > $1.key }.compactMap(\.value.refusal)
            guard let refusal = refusals.first else { return Undecided(.protocolError, "no version of SSL or TLS was accepted") }
            return Undecided(.protocolError, "no version of SSL or TLS was accepted: \(refusal.description)")
        }

        /// The sentinel tells of a TLS 1.3 that no answer came from: something on the path does not let its hellos through.
        var dropsTLS13: Fact<Bool> {
            switch tls13.isOffered {
            case .known(true): return .known(false)
            case .untested(let reason): return .untested(reason)
            case .known(false), .unknown: break
            }
            guard newestPlain != nil else { return .untested("no older version is offered") }
            return .known(older.values.flatMap(\.flights).contains { $0.hello.downgradeSentinel == .tls13 })
        }

        func isOffered(_ version: ProtocolVersion) -> Fact<Bool> {
            switch version {
            case .ssl2: ssl2.facts.isOffered
            case .tls13: tls13.isOffered
            case .ssl3, .tls10, .tls11, .tls12: older[version]?.isOffered ?? .untested("it was not asked for")
            }
        }

        func suites(_ version: ProtocolVersion) -> [CipherSuite] { older[version]?.suites.value ?? older[version]?.partial ?? [] }
    }

    let prober: Prober
    let factory: HelloFactory

    func run() async -> Result {
        // Two questions before all others: where nobody answers, they would only take time.
        let thirteen = TLS13Enumeration(prober: prober, factory: factory)
        let twelve = SuiteEnumeration(prober: prober, factory: factory, version: .tls12)
        async let first13 = prober.ask(thirteen.first)
        async let first12 = prober.ask(twelve.first, extent: .flight)
        let (answer13, answer12) = (await first13, await first12)
        if let reason = prober.isUnreachable { return .undecided(reason) }
        if case .undecided(let reason) = answer13, case .undecided(let other) = answer12, reason == other, reason.reason == .timedOut {
            return .undecided(reason)
        }
        async let newest = thirteen.run(answer: answer13)
        async let tls12 = twelve.run(answer: answer12)
        async let old = oldVersions()
        var older = await old
        older[.tls12] = await tls12
        let answer = await newest
        // Last, because what a silent end means is told by what the others got.
        let ssl2 = await SSL2Probe(prober: prober, challenge: Array(factory.random.prefix(16))).run()
        let result = Result(tls13: answer, older: older, ssl2: ssl2)
        return await again(result)
    }

    private func enumerate(_ version: ProtocolVersion) async -> SuiteEnumeration.Result {
        await SuiteEnumeration(prober: prober, factory: factory, version: version).run()
    }

    private func oldVersions() async -> [ProtocolVersion: SuiteEnumeration.Result] {
        var results: [ProtocolVersion: SuiteEnumeration.Result] = [:]
        async let ssl3 = enumerate(.ssl3)
        results[.tls11] = await enumerate(.tls11)
        results[.tls10] = await enumerate(.tls10)
        results[.ssl3] = await ssl3
        return results
    }

    /// Once anything was answered, what was closed or reset, or ended in an error inside the server, can be told from a refusal; before, it
    /// could not.
    private func again(_ result: Result) async -> Result {
        guard prober.hasContact else { return result }
        var result = result
        if result.tls13.isOffered.couldBeRefusal { result.tls13 = await TLS13Enumeration(prober: prober, factory: factory).run() }
        for version in [ProtocolVersion.tls12, .tls11, .tls10, .ssl3] where result.older[version]?.isOffered.couldBeRefusal == true {
            result.older[version] = await enumerate(version)
        }
        return result
    }
}

extension Fact {
    fileprivate var couldBeRefusal: Bool {
        guard case .unknown(let undecided) = self else { return false }
        return [.closed, .reset, .protocolError].contains(undecided.reason)
    }
}
