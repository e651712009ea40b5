/// The groups for ECDHE in TLS 1.2, or the version below it where there is no TLS 1.2.
struct GroupEnumeration12: Sendable {
    let prober: Prober
    let factory: HelloFactory
    let version: ProtocolVersion
    /// The suites with ECDHE that the server accepts; not empty.
    let suites: [CipherSuite]
    /// Signature schemes that were seen already.
    let seen: Set<TLSSignatureScheme>

    /// - Parameter known: a group that was seen already: one question less.
    func run(known: [NamedGroup]) async -> (groups: Fact<[NamedGroup]>, flights: [ServerAnswer]) {
        var removal = Removal(NamedGroup.tls12All)
        for group in known { _ = removal.take(group) }
        var flights: [ServerAnswer] = []
        var offer = SchemeOffer()
        for scheme in seen { offer.leaveOut(scheme) }
        while !removal.remaining.isEmpty {
            let hello = factory.hello(version, suites: suites, groups: removal.remaining, schemes: offer.schemes)
            switch await prober.ask(hello, extent: .flight) {
            case .refused: return (.known(removal.taken.sorted()), flights)
            case .undecided(let reason): return (.unknown(reason), flights)
            case .answered(let answer):
                guard answer.hello.version == version.rawValue, let group = answer.keyExchange?.group else {
                    return (.known(removal.taken.sorted()), flights)
                }
                flights.append(answer)
                offer.leaveOut(answer.keyExchange?.scheme)
                // A server that takes what was not offered (wolfSSL, old ones) has one group, whatever the client lists.
                guard removal.take(group) else { return (.known(Array(Set(removal.taken + [group])).sorted()), flights) }
            }
        }
        return (.known(removal.taken.sorted()), flights)
    }
}
