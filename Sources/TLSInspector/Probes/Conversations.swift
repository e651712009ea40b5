/// What only a whole handshake shows: sessions, HTTP, requests for a certificate.
struct Conversations: Sendable {
    struct Result: Sendable {
        var sessions: SessionFacts
        var clientAuthentication: Fact<ClientAuthenticationFacts>
        var http: Fact<HTTPFacts>
        var injection: Fact<Bool>
        /// A session ticket of TLS 1.2 or lower.
        var ticket: [UInt8]?
    }

    let endpoint: Endpoint
    let dialer: any Dialer
    let offered: [ProtocolVersion]
    let lanes: VersionLanes.Result
    let options: ScanOptions

    func run() async -> Result {
        Result(
            sessions: .all(.untested("later")), clientAuthentication: .untested("later"), http: .untested("later"),
            injection: .untested("later"))
    }
}
