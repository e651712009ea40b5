internal import OpenSSL

/// What only a whole handshake shows: sessions, HTTP, requests for a certificate, words from before STARTTLS that count inside it.
struct Conversations: Sendable {
    let endpoint: Endpoint
    let dialer: any Dialer
    /// To the same port, without STARTTLS spoken.
    let plainDialer: any Dialer
    let offered: [ProtocolVersion]
    let options: ScanOptions

    func run() async -> SessionReport {
        var probes = SessionProbes(dial: { [dialer] () async throws(TransportFailure) in try await dialer.dial() })
        probes.serverName = endpoint.serverName
        if endpoint.startTLS == nil { probes.httpHost = endpoint.serverName ?? endpoint.text }
        probes.clientCertificate = options.clientCertificate
        return await probes.run(offered: Set(offered))
    }

    /// Whether plain text behind the request for TLS is taken for something said inside it.
    func injection() async -> Fact<Bool> {
        guard let startTLS = endpoint.startTLS else { return .untested("there is nothing before TLS") }
        let configuration = configuration
        return await PlaintextInjection(startTLS: startTLS, host: endpoint.serverName ?? endpoint.host, dialer: plainDialer) { connection in
            do throws(HandshakeFailure) {
                let secured = try await LibSSLConnection.connected(over: connection, configuration)
                return .success(secured)
            } catch {
                return .failure(TransportFailure(error.undecided.reason, error.undecided.detail))
            }
        }.probe()
    }

    /// A ticket of a session up to TLS 1.2.
    /// - Throws: why there is none.
    func ticket(_ version: ProtocolVersion) async throws(HandshakeFailure) -> [UInt8]? {
        var configuration = configuration
        configuration.minimumVersion = version.rawValue
        configuration.maximumVersion = version.rawValue
        let connection: any PeerConnection
        do { connection = try await dialer.dial() } catch { throw .transport(error) }
        let secured = try await LibSSLConnection.connected(over: connection, configuration)
        let ticket = await secured.session?.ticket
        await secured.close()
        return ticket
    }

    private var configuration: TLSClientConfiguration {
        var configuration = TLSClientConfiguration()
        configuration.serverName = endpoint.serverName
        configuration.asksForTickets = true
        if let certificate = options.clientCertificate {
            configuration.certificateChain = certificate.chain
            configuration.privateKey = certificate.key
        }
        return configuration
    }
}
