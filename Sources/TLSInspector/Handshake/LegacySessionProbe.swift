internal import OpenSSL

/// What sessions below TLS 1.3 tell, in four connections: one that gets a ticket and asks for HTTP, one that takes the ticket up again, and
/// two without tickets for the session id. The last of them asks to renegotiate, because that may end it.
struct LegacySessionProbe: Sendable {
    let probes: SessionProbes
    let version: ProtocolVersion

    /// How connections are made, once the first has shown what the server needs.
    private struct Manner {
        var showsCertificate = false
        /// libssl 3.0 refuses groups below 1024 bits, and a server may prefer them to everything else that it has.
        var avoidsDHE = false
    }

    func run(_ report: inout SessionReport) async {
        do {
            let (connection, manner) = try await first(&report)
            let session = await connection.session
            if probes.httpHost != nil { report.http = await connection.http(probes.request) }
            await connection.close()
            try await resume(session, manner, &report)
        } catch {
            if let plain = probes.withoutProtocol(after: error) {
                return await LegacySessionProbe(probes: plain, version: version).run(&report)
            }
            fail(error.undecided, &report)
        }
    }

    private func configuration(asksForTickets: Bool, _ manner: Manner) -> TLSClientConfiguration {
        var configuration = TLSClientConfiguration()
        configuration.minimumVersion = version.rawValue
        configuration.maximumVersion = version.rawValue
        configuration.serverName = probes.serverName
        configuration.asksForTickets = asksForTickets
        if probes.httpHost != nil, probes.offersProtocol { configuration.applicationProtocols = ["http/1.1"] }
        if manner.avoidsDHE { configuration.cipherList = "DEFAULT:COMPLEMENTOFDEFAULT:eNULL:!kDHE:@SECLEVEL=0" }
        if manner.showsCertificate, let certificate = probes.clientCertificate {
            configuration.certificateChain = certificate.chain
            configuration.privateKey = certificate.key
        }
        return configuration
    }

    /// A connection that is ready for data.
    private func connect(
        asksForTickets: Bool, _ manner: Manner, resuming session: TLSSession? = nil
    ) async throws(HandshakeFailure) -> LibSSLConnection {
        try await LibSSLConnection.connected(
            over: try await probes.connection(), configuration(asksForTickets: asksForTickets, manner), resuming: session)
    }

    /// The first connection, without a certificate: so it shows whether one is asked for, and insisted on. If it is, and we have one, another
    /// goes on with it.
    private func first(_ report: inout SessionReport) async throws(HandshakeFailure) -> (LibSSLConnection, Manner) {
        var manner = Manner()
        let refusal: HandshakeFailure
        do {
            let connection = try await attempt(manner, &report)
            guard report.clientAuthentication.value?.isRequested == true, probes.clientCertificate != nil else {
                return (connection, manner)
            }
            // Not insisted on here, but what the server says to those who have one may be something else.
            await connection.close()
            manner.showsCertificate = true
            return (try await attempt(manner, &report), manner)
        } catch {
            refusal = error
        }
        if report.clientAuthentication.value?.isRequired == true {
            guard probes.clientCertificate != nil else { throw .unsupported("the server insists on a client certificate") }
            manner.showsCertificate = true
            return (try await attempt(manner, &report), manner)
        }
        guard case .unsupported = refusal else { throw refusal }
        manner.avoidsDHE = true
        do {
            return (try await attempt(manner, &report), manner)
        } catch {
            // What hindered libssl from the server's own choice says more than that there is no other.
            throw refusal
        }
    }

    /// A connection that also shows whether the server asks for a certificate.
    private func attempt(_ manner: Manner, _ report: inout SessionReport) async throws(HandshakeFailure) -> LibSSLConnection {
        let connection = try LibSSLConnection(over: try await probes.connection(), configuration(asksForTickets: true, manner))
        do {
            try await connection.handshake()
        } catch {
            let requests = await connection.certificateRequests
            await connection.abort()
            var isRefused = false
            if case .alert = error { isRefused = true }
            if !requests.isEmpty, !manner.showsCertificate { try authenticate(requests, isRequired: isRefused ? true : nil, &report) }
            throw error
        }
        if !manner.showsCertificate { try authenticate(await connection.certificateRequests, isRequired: false, &report) }
        return connection
    }

    private func authenticate(_ requests: [[UInt8]], isRequired: Bool?, _ report: inout SessionReport) throws(HandshakeFailure) {
        guard let body = requests.first else {
            report.clientAuthentication = .known(.none)
            return
        }
        let request = try HandshakeFailure.reading { () throws(WireError) in try CertificateRequest(body, version: version) }
        report.clientAuthentication = .known(
            ClientAuthenticationFacts(
                isRequested: true, isRequired: isRequired, authorities: SessionProbes.names(request.authorities),
                signatureSchemes: request.signatureSchemes))
    }

    private func resume(_ session: TLSSession?, _ manner: Manner, _ report: inout SessionReport) async throws(HandshakeFailure) {
        var last: LibSSLConnection?
        var identified = session
        if let session, session.hasTicket {
            report.sessions.ticketLifetime = .known(session.ticketLifetime)
            let connection = try await connect(asksForTickets: true, manner, resuming: session)
            report.sessions.resumesByTicket = .known(await connection.isResumed)
            await connection.close()
            let full = try await connect(asksForTickets: false, manner)
            identified = await full.session
            last = full
        } else {
            report.sessions.resumesByTicket = .known(false)
            report.sessions.ticketLifetime = .untested("the server gives no tickets")
        }
        if let identified, !identified.identifier.isEmpty {
            await last?.close()
            let connection = try await connect(asksForTickets: false, manner, resuming: identified)
            report.sessions.resumesBySessionID = .known(await connection.isResumed)
            last = connection
        } else {
            report.sessions.resumesBySessionID = .known(false)
        }
        let connection: LibSSLConnection
        if let last { connection = last } else { connection = try await connect(asksForTickets: false, manner) }
        report.sessions.clientRenegotiation = await renegotiation(connection)
        await connection.close()
    }

    /// For a server to answer a request for a new handshake, in milliseconds.
    private static let renegotiationTimeout = 2_000

    /// Asks once. A server that refuses says so with an alert (RFC 5246 §7.2.2), by closing, or by going on as if nothing had been asked: it
    /// answered on this connection a moment ago.
    private func renegotiation(_ connection: LibSSLConnection) async -> Fact<Bool> {
        do {
            try await connection.renegotiate(within: Self.renegotiationTimeout)
            return .known(true)
        } catch {
            switch error {
            case .alert: return .known(false)
            case .transport(let failure) where [.closed, .reset, .timedOut].contains(failure.reason): return .known(false)
            case .transport, .wire, .unsupported: return .unknown(error.undecided)
            }
        }
    }

    /// Leaves what is already known.
    private func fail(_ undecided: Undecided, _ report: inout SessionReport) {
        if report.sessions.resumesByTicket.value == nil { report.sessions.resumesByTicket = .unknown(undecided) }
        if report.sessions.resumesBySessionID.value == nil { report.sessions.resumesBySessionID = .unknown(undecided) }
        if report.sessions.clientRenegotiation.value == nil { report.sessions.clientRenegotiation = .unknown(undecided) }
        if report.clientAuthentication.value == nil { report.clientAuthentication = .unknown(undecided) }
        if probes.httpHost != nil, report.http.value == nil { report.http = .unknown(undecided) }
    }
}
