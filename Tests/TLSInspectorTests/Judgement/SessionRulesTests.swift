import Testing

@testable import TLSInspector

@Suite("Rules about sessions and clients")
struct SessionRulesTests {
    static let cases: [JudgementCase] = [
        JudgementCase("renegotiation by the client", "tls-client-renegotiation low") {
            $0.scan.sessions.clientRenegotiation = .known(true)
        },
        JudgementCase("early data", "tls-early-data info") { $0.scan.sessions.earlyData = .known(16_384) },
        JudgementCase("tickets for a week") { $0.scan.sessions.ticketLifetime = .known(604_800) },
        JudgementCase("tickets for more than a week", "tls-ticket-lifetime low") { $0.scan.sessions.ticketLifetime = .known(604_801) },
        JudgementCase("clients are asked for a certificate", "tls-client-certificate info") {
            $0.scan.clientAuthentication = .known(
                ClientAuthenticationFacts(isRequested: true, isRequired: nil, authorities: ["CN=Clients"], signatureSchemes: []))
        },
    ]

    @Test("what sessions do is found", arguments: cases)
    func sessions(_ test: JudgementCase) { test.check() }
}
