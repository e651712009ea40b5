/// The groups that clients get who do not name any. A server that knows RFC 7919 (Java) shows its own, weaker group only to those who list
/// none of the standard ones.
struct FiniteFieldProbe: Sendable {
    struct Result: Sendable {
        var flights: [ServerAnswer] = []
        var isAnswered: Fact<Bool> = .known(false)
    }

    let prober: Prober
    let factory: HelloFactory
    let version: ProtocolVersion
    /// The DHE suites that the server accepts.
    let suites: [CipherSuite]

    func run() async -> Result {
        var result = Result()
        let groups = NamedGroup.tls12All.filter { !(0x0100...0x01FF).contains($0.rawValue) }
        for isExport in [false, true] {
            let asked = suites.filter { $0.attributes?.isExport == isExport }
            guard !asked.isEmpty else { continue }
            switch await prober.ask(factory.hello(version, suites: asked, groups: groups), extent: .flight) {
            case .answered(let answer):
                result.flights.append(answer)
                if result.isAnswered == .known(false) { result.isAnswered = .known(true) }
            case .refused: continue
            case .undecided(let reason): result.isAnswered = .unknown(reason)
            }
        }
        return result
    }
}
