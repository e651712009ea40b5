/// What real handshakes tell: all that is said only behind one.
struct SessionReport: Sendable, Hashable {
    var sessions: SessionFacts
    var clientAuthentication: Fact<ClientAuthenticationFacts>
    var http: Fact<HTTPFacts>

    /// Before anything is found out, with one reason for all.
    init(untested reason: String) {
        self.sessions = SessionFacts(
            resumesBySessionID: .untested(reason), resumesByTicket: .untested(reason), resumesInTLS13: .untested(reason),
            ticketLifetime: .untested(reason), earlyData: .untested(reason), clientRenegotiation: .untested(reason))
        self.clientAuthentication = .untested(reason)
        self.http = .untested(reason)
    }
}
