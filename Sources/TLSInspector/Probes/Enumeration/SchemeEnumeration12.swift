/// What the server signs its ServerKeyExchange with in TLS 1.2.
struct SchemeEnumeration12: Sendable {
    let prober: Prober
    let factory: HelloFactory
    /// Suites with a signed key exchange that the server accepts; not empty.
    let suites: [CipherSuite]

    func run(known: [TLSSignatureScheme]) async -> Fact<[TLSSignatureScheme]> {
        var removal = Removal(TLSSignatureScheme.offered)
        for scheme in known { _ = removal.take(scheme) }
        while !removal.remaining.isEmpty {
            let hello = factory.hello(.tls12, suites: suites, schemes: removal.remaining)
            switch await prober.ask(hello, extent: .flight) {
            case .refused: return .known(removal.taken.sorted())
            case .undecided(let reason): return .unknown(reason)
            case .answered(let answer):
                guard answer.hello.version == ProtocolVersion.tls12.rawValue else { return .known(removal.taken.sorted()) }
                guard let scheme = answer.keyExchange?.scheme else {
                    return .unknown(Undecided(.protocolError, "the server's key exchange was not whole, or could not be read"))
                }
                // Some servers sign as they always do, whatever the client lists: that one is all they have.
                guard removal.take(scheme) else { return .known(Array(Set(removal.taken + [scheme])).sorted()) }
            }
        }
        return .known(removal.taken.sorted())
    }
}
