/// Finds out whether a server takes what was said in plain text before TLS for something said inside it (CVE-2011-0411, and
/// CVE-2021-23214 for PostgreSQL): whoever sits on the line could put words into a client's mouth.
///
/// The request for TLS and one more harmless command are sent in one write. If the command is answered inside TLS, without
/// having been sent there, the server has kept it.
struct PlaintextInjection: Sendable {
    /// Performs a handshake on a connection on which TLS may begin.
    typealias Secure = @Sendable (any PeerConnection) async -> Result<any SecureChannel, TransportFailure>

    /// To wait for an answer that most servers never send, in milliseconds.
    static let answerTimeout = 2_000
    /// Of what is received inside TLS; a server's answer to one command is far shorter.
    static let maximumAnswerByteCount = 16 * 1024

    let startTLS: StartTLSProtocol
    /// The name that XMPP would ask for.
    let host: String
    /// Gives connections on which STARTTLS has not been spoken yet.
    let dialer: any Dialer
    let secure: Secure

    /// - Returns: true if the injected command was answered inside TLS; untested for protocols in which nothing can be injected so.
    func probe() async -> Fact<Bool> {
        guard let command = InjectedCommand(startTLS) else {
            return .untested("\(startTLS.rawValue) has no harmless command that can follow its request for TLS")
        }
        do {
            let connection = try await dialer.dial()
            let fact = await probe(command, on: connection)
            await connection.close()
            return fact
        } catch {
            return .unknown(error.undecided)
        }
    }

    private func probe(_ command: InjectedCommand, on connection: any PeerConnection) async -> Fact<Bool> {
        switch await consent(on: connection, behindRequest: command.bytes) {
        case .failed(let failure): return .unknown(failure.undecided)
        // It noticed, or it answered in plain text what came in plain text.
        case .withheld: return .known(false)
        case .given: break
        }
        switch await secure(connection) {
        case .success(let channel): return await answer(to: command, in: channel)
        case .failure(let failure): return await withoutHandshake(failure)
        }
    }

    /// The handshake failed: because the command was taken for a part of it, which is safe, or because no handshake succeeds here.
    private func withoutHandshake(_ failure: TransportFailure) async -> Fact<Bool> {
        do {
            let connection = try await dialer.dial()
            guard case .given = await consent(on: connection, behindRequest: []), case .success = await secure(connection) else {
                await connection.close()
                return .unknown(Undecided(.protocolError, "no handshake succeeds after STARTTLS (\(failure))"))
            }
            await connection.close()
            return .known(false)
        } catch {
            return .unknown(error.undecided)
        }
    }

    // MARK: Before TLS

    private enum Consent {
        case given
        /// The server did not agree to TLS, or said more than that.
        case withheld
        case failed(TransportFailure)
    }

    /// Speaks STARTTLS, with something behind the request in the same write.
    private func consent(on connection: any PeerConnection, behindRequest extra: [UInt8]) async -> Consent {
        var negotiation = startTLS.negotiation(host: host)
        var isRequested = false
        func withExtra(_ words: [UInt8]) -> [UInt8] {
            guard words == negotiation.request else { return words }
            isRequested = true
            return words + extra
        }
        do {
            try await connection.send(withExtra(negotiation.opening))
            while true {
                var next = try await connection.receive()
                guard !next.isEmpty else { throw TransportFailure(.closed, "the server closed the connection during STARTTLS") }
                step: while true {
                    switch try negotiation.receive(next) {
                    case .ready: return .given
                    case .needMore: break step
                    case .send(let words):
                        try await connection.send(withExtra(words))
                        next = []
                    }
                }
            }
        } catch let failure as TransportFailure {
            let endedItself = failure.reason == .closed || failure.reason == .reset
            return isRequested && !extra.isEmpty && endedItself ? .withheld : .failed(failure)
        } catch {
            return isRequested && !extra.isEmpty ? .withheld : .failed(TransportFailure(.preamble, "\(error)"))
        }
    }

    // MARK: Inside TLS

    private func answer(to command: InjectedCommand, in channel: any SecureChannel) async -> Fact<Bool> {
        var heard: [UInt8] = []
        while heard.count <= Self.maximumAnswerByteCount {
            do {
                let bytes = try await channel.receive(within: Self.answerTimeout)
                guard !bytes.isEmpty else { return .known(false) }
                heard += bytes
            } catch  where error.reason == .timedOut {
                return .known(false)
            } catch  where error.reason == .closed || error.reason == .reset {
                return .known(false)
            } catch {
                return .unknown(error.undecided)
            }
            if command.isAnswered(by: heard) { return .known(true) }
        }
        return .unknown(Undecided(.protocolError, "the server says more inside TLS than it was asked"))
    }
}

/// A connection after its handshake: what comes out of it was protected.
protocol SecureChannel: Sendable {
    /// - Throws: `timedOut` if nothing came.
    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8]
}
