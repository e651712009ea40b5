/// The groups for ECDHE in TLS 1.2, or the version below it where there is no TLS 1.2.
///
/// An ECDSA certificate can be used only by a client that lists its curve (RFC 8422 §5.1). So where the list without the curves that were
/// taken is refused, it is asked for once more with them at its end, until the server takes one of them again.
struct GroupEnumeration12: Sendable {
    let prober: Prober
    let factory: HelloFactory
    let version: ProtocolVersion
    /// The suites with ECDHE that the server accepts; not empty.
    let suites: [CipherSuite]
    /// Signature schemes that were seen already.
    let seen: Set<TLSSignatureScheme>

    /// Curves that certificates have.
    private static let certificateCurves = Set([23, 24, 25, 26, 27, 28].map { NamedGroup(rawValue: $0) })

    private enum End {
        case refused
        case undecided(Undecided)
        /// A group came that was not among those still asked for.
        case other(NamedGroup)
    }

    /// - Parameter known: groups that were seen already: so many questions less.
    func run(known: [NamedGroup]) async -> (groups: Fact<[NamedGroup]>, flights: [ServerAnswer]) {
        var removal = Removal(NamedGroup.tls12All)
        for group in known { _ = removal.take(group) }
        var flights: [ServerAnswer] = []
        var end = await remove(&removal, keeping: [], &flights)
        let curves = removal.taken.filter(Self.certificateCurves.contains)
        if case .refused = end, !curves.isEmpty, suites.contains(where: { $0.attributes?.authentication == .ecdsa }) {
            end = await remove(&removal, keeping: curves, &flights)
        }
        switch end {
        case .undecided(let reason): return (.unknown(reason), flights)
        case .refused: return (.known(removal.taken.sorted()), flights)
        // A server that takes what was not offered (old ones) has one group, whatever the client lists.
        case .other(let group): return (.known(Set(removal.taken + [group]).sorted()), flights)
        }
    }

    private func remove(
        _ removal: inout Removal<NamedGroup>, keeping kept: [NamedGroup], _ flights: inout [ServerAnswer]
    ) async -> End {
        var offer = SchemeOffer()
        for scheme in seen.sorted() { offer.moveToEnd(scheme) }
        while !removal.remaining.isEmpty {
            let hello = factory.hello(version, suites: suites, groups: removal.remaining + kept, schemes: offer.schemes)
            switch await prober.ask(hello, extent: .flight) {
            case .refused: return .refused
            case .undecided(let reason): return .undecided(reason)
            case .answered(let answer):
                guard answer.hello.version == version.rawValue else { return .refused }
                guard let group = answer.keyExchange?.group else {
                    return .undecided(Undecided(.protocolError, "the server's key exchange was not whole, or could not be read"))
                }
                flights.append(answer)
                offer.moveToEnd(answer.keyExchange?.scheme)
                guard removal.take(group) else { return .other(group) }
            }
        }
        return .refused
    }
}
