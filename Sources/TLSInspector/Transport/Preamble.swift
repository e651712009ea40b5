/// Leads the talk before TLS over a connection: the words come from a negotiation, the time limits from the connection.
struct Preamble {
    let connection: NIOPeerConnection

    /// Until TLS may begin.
    /// - Throws: `closed`, `reset` or `timedOut` if the server said nothing at all; `preamble` for what it said, or left unsaid later.
    func negotiate(_ negotiation: inout any StartTLSNegotiation) async throws(DialFailure) {
        var hasAnswered = false
        do {
            try await connection.send(negotiation.opening)
            while true {
                let bytes = try await connection.receive()
                guard !bytes.isEmpty else { throw Self.closed(hasAnswered) }
                hasAnswered = true
                if try await answer(bytes, &negotiation) { return }
            }
        } catch let failure as DialFailure {
            throw failure
        } catch let failure as PreambleFailure {
            throw DialFailure(failure)
        } catch let failure as TransportFailure {
            throw DialFailure(hasAnswered ? Self.interrupted(failure) : failure)
        } catch {
            throw DialFailure(TransportFailure(.unsupported, "STARTTLS failed (\(error))"))
        }
    }

    /// Says whatever the negotiation wants said to these bytes.
    /// - Returns: whether TLS may begin.
    private func answer(_ bytes: [UInt8], _ negotiation: inout any StartTLSNegotiation) async throws -> Bool {
        var next = bytes
        while true {
            switch try negotiation.receive(next) {
            case .ready: return true
            case .needMore: return false
            case .send(let words):
                try await connection.send(words)
                next = []
            }
        }
    }

    /// Until the proxy has opened a tunnel.
    func open(_ tunnel: inout ProxyTunnel) async throws {
        try await connection.send(tunnel.request)
        while true {
            let bytes = try await connection.receive()
            guard !bytes.isEmpty else { throw PreambleFailure("it closed the connection") }
            do {
                guard let rest = try tunnel.receive(bytes) else { continue }
                await connection.giveBack(rest)
                return
            } catch {
                throw DialFailure(error)
            }
        }
    }

    private static func closed(_ hasAnswered: Bool) -> DialFailure {
        hasAnswered
            ? DialFailure(TransportFailure(.preamble, "the server closed the connection during STARTTLS"))
            : DialFailure(TransportFailure(.closed, "the server closed the connection before STARTTLS"))
    }

    /// A server that has begun to talk and stops is no longer a matter of connections.
    private static func interrupted(_ failure: TransportFailure) -> TransportFailure {
        switch failure.reason {
        case .reset, .closed, .timedOut: TransportFailure(.preamble, "STARTTLS was not finished (\(failure))")
        case .refused, .rateLimited, .unreachable, .protocolError, .budget, .preamble, .unsupported: failure
        }
    }
}
