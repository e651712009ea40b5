internal import OpenSSL

/// The same as ``SessionProbe13`` for a server that insists on a certificate which we have: by libssl, because our own TLS 1.3 signs nothing.
struct CertifiedSessionProbe13: Sendable {
    let probes: SessionProbes
    let certificate: ClientCertificate

    /// Tells sessions and HTTP; who is asked for a certificate is known by now.
    func run(_ report: inout SessionReport) async {
        do {
            let session = try await first(&report)
            guard let session, session.isResumable else {
                report.sessions.resumesInTLS13 = .known(false)
                report.sessions.earlyData = .known(0)
                return
            }
            report.sessions.ticketLifetime = .known(session.ticketLifetime)
            report.sessions.earlyData = .known(session.maximumEarlyData)
            let connection = try await connect(resuming: session)
            report.sessions.resumesInTLS13 = .known(await connection.isResumed)
            await connection.close()
        } catch {
            if report.sessions.earlyData.value == nil { report.sessions.earlyData = .unknown(error.undecided) }
            report.sessions.resumesInTLS13 = .unknown(error.undecided)
        }
    }

    /// - Returns: the session, with the last ticket that came before the server answered or ended.
    private func first(_ report: inout SessionReport) async throws(HandshakeFailure) -> TLSSession? {
        let connection = try await connect(resuming: nil)
        if probes.httpHost != nil {
            let http = await connection.http(probes.request)
            if report.http.value == nil { report.http = http }
        } else {
            try await connection.shutDown()
            // What comes before the server's end is of no interest, but its tickets are read with it.
            while try await !connection.receive().isEmpty {}
        }
        let session = await connection.session
        await connection.close()
        return session
    }

    private func connect(resuming session: TLSSession?) async throws(HandshakeFailure) -> LibSSLConnection {
        var configuration = TLSClientConfiguration()
        configuration.minimumVersion = ProtocolVersion.tls13.rawValue
        configuration.serverName = probes.serverName
        configuration.certificateChain = certificate.chain
        configuration.privateKey = certificate.key
        return try await LibSSLConnection.connected(over: try await probes.connection(), configuration, resuming: session)
    }
}
