extension EndpointScan {
    /// A scan that found out nothing, and why.
    static func nothing(_ endpoint: Endpoint, address: String?, _ reason: Undecided, lanes: VersionLanes.Result? = nil) -> EndpointScan {
        let bool = Fact<Bool>.unknown(reason)
        return EndpointScan(
            endpoint: endpoint, address: address, failure: reason,
            protocols: ProtocolVersion.allCases.map { version in
                ProtocolFacts(
                    version: version, isOffered: lanes?.isOffered(version) ?? bool, cipherSuites: .unknown(reason),
                    preference: .unknown(reason), prioritizesChaCha: bool, ssl2CipherKinds: nil)
            },
            keyExchange: KeyExchangeFacts(
                tls13Groups: .unknown(reason), tls13GroupPreference: .unknown(reason), tls12Groups: .unknown(reason), finiteField: [],
                exportRSABits: [], reusesECDHKey: bool, reusesDHKey: bool, tls12SignatureSchemes: .unknown(reason),
                tls13SignatureSchemes: .unknown(reason)),
            chains: [], extensions: .unknown(reason), sessions: .all(bool), clientAuthentication: .unknown(reason), http: .unknown(reason),
            tolerance: .all(bool),
            vulnerabilities: VulnerabilityFact.Identifier.allCases.map { VulnerabilityFact($0, .unknown(reason), .inferred, "") }
                .sorted { $0.id.rawValue < $1.id.rawValue },
            startTLSInjection: bool)
    }
}

extension SessionFacts {
    /// The same in all members; what is a number is then unknown or untested too.
    static func all(_ fact: Fact<Bool>) -> SessionFacts {
        let number: Fact<UInt32> =
            switch fact {
            case .known: .untested("nothing was measured")
            case .unknown(let reason): .unknown(reason)
            case .untested(let reason): .untested(reason)
            }
        return SessionFacts(
            resumesBySessionID: fact, resumesByTicket: fact, resumesInTLS13: fact, ticketLifetime: number, earlyData: number,
            clientRenegotiation: fact)
    }
}
