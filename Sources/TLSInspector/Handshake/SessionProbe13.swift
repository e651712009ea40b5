/// What sessions of TLS 1.3 tell, in two connections: one that asks for HTTP and tickets, one that takes the first ticket up again.
struct SessionProbe13: Sendable {
    let probes: SessionProbes

    func run(_ report: inout SessionReport) async {
        do {
            let known = report.http
            let resumption = try await first(&report)
            if let certificate = probes.clientCertificate, report.clientAuthentication.value?.isRequested == true {
                // What the server said to somebody without a certificate is not what it says to us.
                report.http = known
                await CertifiedSessionProbe13(probes: probes, certificate: certificate).run(&report)
            } else if let resumption {
                await resume(resumption, &report)
            }
        } catch {
            if let plain = probes.withoutProtocol(after: error) { return await SessionProbe13(probes: plain).run(&report) }
            fail(error.undecided, &report)
        }
    }

    /// - Returns: what the first ticket lets us take up again.
    private func first(_ report: inout SessionReport) async throws(HandshakeFailure) -> TLS13Resumption? {
        let handshake = try await handshake(resuming: nil)
        do {
            let resumption = try await finish(handshake, try await handshake.run(), &report)
            await handshake.close()
            return resumption
        } catch {
            await handshake.close()
            throw error
        }
    }

    private func handshake(resuming resumption: TLS13Resumption?) async throws(HandshakeFailure) -> TLS13Handshake {
        var offer = TLS13Offer()
        offer.serverName = probes.serverName
        if probes.httpHost != nil, probes.offersProtocol { offer.applicationProtocols = ["http/1.1"] }
        return try TLS13Handshake(over: try await probes.connection(), offering: offer, resuming: resumption)
    }

    /// Ends the handshake and reads what the server says then.
    /// - Returns: what its first ticket lets us take up again.
    private func finish(
        _ handshake: TLS13Handshake, _ flight: TLS13Flight, _ report: inout SessionReport
    ) async throws(HandshakeFailure) -> TLS13Resumption? {
        let asksHTTP = probes.httpHost != nil && report.http.value == nil
        let ending = try await handshake.finish(sending: asksHTTP ? probes.request : [], waiting: SessionProbes.answerTimeout)
        var (data, failure) = (ending.data, ending.failure)
        if asksHTTP, failure == nil {
            do {
                while HTTPHead.end(of: data) == nil, data.count < HTTPHead.maximumByteCount {
                    let more = try await handshake.receiveData()
                    guard !more.isEmpty else { break }
                    data += more
                }
            } catch {
                failure = error
            }
        }
        authenticate(flight, isRequired: ending.isCertificateRequired ?? (ending.isClosed ? false : nil), &report)
        if asksHTTP { report.http = SessionProbes.http(data, failure: failure) }
        let tickets = await handshake.tickets
        // Once the server has answered or ended, no ticket comes any more.
        let isWhole = !data.isEmpty || ending.isClosed
        tell(tickets, isWhole: isWhole, failure, flight, &report)
        return tickets.isEmpty ? nil : try await handshake.resumption()
    }

    private func tell(
        _ tickets: [NewSessionTicket13], isWhole: Bool, _ failure: HandshakeFailure?, _ flight: TLS13Flight, _ report: inout SessionReport
    ) {
        if let first = tickets.first {
            report.sessions.ticketLifetime = .known(first.lifetime)
            report.sessions.earlyData = .known(tickets.compactMap(\.maximumEarlyData).max() ?? 0)
        } else if isWhole {
            report.sessions.resumesInTLS13 = .known(false)
            report.sessions.earlyData = .known(0)
            if report.sessions.ticketLifetime.value == nil { report.sessions.ticketLifetime = .untested("the server gives no tickets") }
        } else {
            var undecided = failure?.undecided ?? Undecided(.timedOut, "neither a ticket nor the end came behind the handshake")
            if case .alert = failure, flight.certificateRequest != nil {
                undecided = Undecided(.unsupported, "the server insists on a client certificate")
            }
            fail(undecided, &report)
        }
    }

    private func authenticate(_ flight: TLS13Flight, isRequired: Bool?, _ report: inout SessionReport) {
        // What TLS 1.2 has told in more detail stays.
        if case .known(let facts) = report.clientAuthentication, facts.isRequested { return }
        guard let request = flight.certificateRequest else {
            report.clientAuthentication = .known(.none)
            return
        }
        report.clientAuthentication = .known(
            ClientAuthenticationFacts(
                isRequested: true, isRequired: isRequired, authorities: SessionProbes.names(request.authorities),
                signatureSchemes: request.signatureSchemes))
    }

    private func resume(_ resumption: TLS13Resumption, _ report: inout SessionReport) async {
        do {
            let handshake = try await handshake(resuming: resumption)
            do {
                report.sessions.resumesInTLS13 = .known(try await handshake.resume())
            } catch {
                report.sessions.resumesInTLS13 = .unknown(error.undecided)
            }
            await handshake.close()
        } catch {
            report.sessions.resumesInTLS13 = .unknown(error.undecided)
        }
    }

    /// Leaves what is already known.
    private func fail(_ undecided: Undecided, _ report: inout SessionReport) {
        report.sessions.resumesInTLS13 = .unknown(undecided)
        if report.sessions.ticketLifetime.value == nil { report.sessions.ticketLifetime = .unknown(undecided) }
        report.sessions.earlyData = .unknown(undecided)
        if report.clientAuthentication.value == nil { report.clientAuthentication = .unknown(undecided) }
        if probes.httpHost != nil, report.http.value == nil { report.http = .unknown(undecided) }
    }
}

extension ClientAuthenticationFacts {
    /// Nobody asks for a certificate.
    static let none = ClientAuthenticationFacts(isRequested: false, isRequired: false, authorities: [], signatureSchemes: [])
}
