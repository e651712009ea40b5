/// The groups that clients get who do not name any. A server that knows RFC 7919 (Java) shows its own, weaker group only to those who list
/// none of the standard ones.
struct FiniteFieldProbe: Sendable {
    let prober: Prober
    let factory: HelloFactory
    let version: ProtocolVersion
    /// The DHE suites that the server accepts.
    let suites: [CipherSuite]

    func run() async -> [ServerAnswer] {
        var flights: [ServerAnswer] = []
        let groups = NamedGroup.tls12All.filter { !(0x0100...0x01FF).contains($0.rawValue) }
        for isExport in [false, true] {
            let asked = suites.filter { $0.attributes?.isExport == isExport }
            guard !asked.isEmpty else { continue }
            let answer = await prober.ask(factory.hello(version, suites: asked, groups: groups), extent: .flight)
            if let answer = answer.answer { flights.append(answer) }
        }
        return flights
    }
}
