/// What a grade needs and a scan does not know.
enum GradeGaps {
    private static let probes: [VulnerabilityFact.Identifier] = [.heartbleed, .ccsInjection, .robot, .ticketbleed, .drown]

    /// Without these there is no letter, since each of them may be the worst.
    static func sentences(_ view: ScanView) -> [String] {
        var gaps = versionGaps(view)
        func add(_ what: String, _ why: String) { gaps.append("There is no grade: \(what) (\(why)).") }
        if case .unknown(let reason) = view.scan.extensions.compression { add("whether the server compresses is not known", "\(reason)") }
        if case .unknown(let reason) = view.scan.extensions.secureRenegotiation {
            add("whether renegotiation is secure is not known", "\(reason)")
        }
        if case .unknown(let reason) = view.scan.http { add("the header Strict-Transport-Security is not known", "\(reason)") }
        for id in probes {
            if case .unknown(let reason)? = view.probe(id)?.verdict { add("the probe for \(id.rawValue) was not answered", "\(reason)") }
        }
        let nameless = view.allSuites.filter { !$0.traits.isKnown && !$0.isSignalling }.sorted().map(\.hexadecimal)
        if !nameless.isEmpty { add("the strength of suites is not known", "in no table: " + nameless.joined(separator: ", ")) }
        for groups in [view.scan.keyExchange.tls12Groups, view.scan.keyExchange.tls13Groups] {
            if case .unknown(let reason) = groups { add("the groups for key exchange are not known", "\(reason)") }
        }
        if view.lacksFiniteField { add("the groups of suites with DHE are not known", "none was seen") }
        if view.lacksChain { add("no certificate was seen", "its key counts") }
        for chain in view.chains {
            if chain.certificates == nil { add("the certificates of chain \(chain.index + 1) were not all read", "its key counts") }
            if chain.problems.contains(where: { $0.code == .unverifiable }) {
                add("a signature of chain \(chain.index + 1) could not be checked here", "an untrusted chain is a T")
            }
            if chain.report == nil { add("the trust of chain \(chain.index + 1) was not looked at", "an untrusted one is a T") }
        }
        return gaps
    }

    private static func versionGaps(_ view: ScanView) -> [String] {
        ProtocolVersion.allCases.compactMap { version in
            guard let facts = view.scan.protocols.first(where: { $0.version == version }) else {
                return "There is no grade: \(version) is not in the scan."
            }
            switch facts.isOffered {
            case .unknown(let reason): return "There is no grade: whether \(version) is offered is not known (\(reason))."
            // A scan of somebody else's may leave it out: see the notes.
            case .untested where version == .ssl2: return nil
            case .untested(let reason): return "There is no grade: whether \(version) is offered was not tried (\(reason))."
            case .known(false): return nil
            case .known(true):
                guard version != .ssl2, case .unknown(let reason) = facts.cipherSuites else { return nil }
                return "There is no grade: the suites of \(version) are not known (\(reason))."
            }
        }
    }

    /// What was not asked for and could have lowered the letter.
    static func notes(_ view: ScanView) -> [String] {
        let untested = probes.filter { id in
            guard let fact = view.probe(id) else { return true }
            guard case .untested = fact.verdict else { return false }
            return true
        }
        let hasTriedSSL2 = view.offers(.ssl2) || view.refuses(.ssl2)
        let names = (hasTriedSSL2 ? [] : [ProtocolVersion.ssl2.name]) + untested.map(\.rawValue)
        return names.isEmpty ? [] : ["Not looked at: \(names.joined(separator: ", ")); each would be an F if it were found."]
    }
}
