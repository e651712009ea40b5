/// Ticketbleed (CVE-2016-9244): a session id of one byte beside a ticket comes back as 32 bytes, 31 of them the server's memory.
struct TicketbleedProbe: Sendable {
    let prober: Prober
    let factory: HelloFactory
    let version: ProtocolVersion
    let suites: [CipherSuite]
    /// Of a session with this server, which it would resume.
    let ticket: [UInt8]

    func run() async -> VulnerabilityFact {
        var hello = factory.hello(
            version, suites: suites, extensions: [.renegotiationInfo, .extendedMasterSecret, .init(.sessionTicket, ticket)])
        hello.sessionID = [0xC0]
        switch await prober.ask(hello) {
        case .undecided(let reason): return VulnerabilityFact(.ticketbleed, .unknown(reason), .probed, "")
        case .refused(let refusal):
            return VulnerabilityFact(
                .ticketbleed, .known(.notVulnerable), .probed, "a short session id was refused: \(refusal.description)")
        case .answered(let answer):
            let echoed = answer.hello.sessionID
            // An honest server echoes the one byte or sends an id of its own, which does not begin with ours but once in 256 times.
            guard echoed.count > 1, echoed.first == 0xC0 else {
                return VulnerabilityFact(.ticketbleed, .known(.notVulnerable), .probed, "a session id of one byte was not extended")
            }
            return await confirm(hello)
        }
    }

    /// Once more with another byte: an id of the server's own begins with ours once in 256 times.
    private func confirm(_ first: ClientHello) async -> VulnerabilityFact {
        var hello = first
        hello.sessionID = [0x3F]
        switch await prober.ask(hello) {
        case .answered(let answer) where answer.hello.sessionID.count > 1 && answer.hello.sessionID.first == 0x3F:
            return VulnerabilityFact(.ticketbleed, .known(.vulnerable), .probed, "a session id of one byte came back longer")
        case .answered:
            return VulnerabilityFact(.ticketbleed, .known(.notVulnerable), .probed, "a session id of one byte was not extended")
        case .refused(let refusal): return VulnerabilityFact(.ticketbleed, .unknown(refusal.undecided), .probed, "")
        case .undecided(let reason): return VulnerabilityFact(.ticketbleed, .unknown(reason), .probed, "")
        }
    }
}
