/// What a peer does when something wrong is said in a handshake.
enum Reaction: Sendable, Hashable {
    case alert(UInt8)
    case closed
    case reset
    /// Nothing within the time that it was given.
    case silent
    /// A heartbeat with so many bytes of content.
    case heartbeat(Int)
    /// It went on as if nothing had happened.
    case message
    case failed(TransportFailure)

    var description: String {
        switch self {
        case .alert(let code): "alert \(Alert(level: 2, code: code))"
        case .closed: "closed"
        case .reset: "reset"
        case .silent: "no answer"
        case .heartbeat(let count): "a heartbeat of \(count) bytes"
        case .message: "it went on"
        case .failed(let failure): failure.description
        }
    }
}

/// A handshake up to ServerHelloDone, in which the client then says what it should not.
struct BrokenHandshake: Sendable {
    /// How long a peer may think about what was said.
    static let patience = 1_500

    let dialer: any Dialer
    let hello: ClientHello

    enum Beginning: Sendable {
        case answered(ServerAnswer, any PeerConnection)
        case failed(Undecided)
    }

    /// The hello and the flight that answers it. Whoever gets the connection closes it.
    func begin() async -> Beginning {
        let connection: any PeerConnection
        do { connection = try await dialer.dial() } catch { return .failed(error.undecided) }
        let exchange = HelloExchange(dialer: dialer)
        switch await exchange.exchange(on: connection, hello.encoded, extent: .flight) {
        case .answered(let answer) where answer.isWhole: return .answered(answer, connection)
        case .answered: return await fail(connection, Undecided(.protocolError, "the server's flight was not whole"))
        case .refused(let alert): return await fail(connection, Undecided(.protocolError, "alert \(alert)"))
        case .silentlyClosed: return await fail(connection, Undecided(.closed, "the connection was closed before an answer"))
        case .failed(let failure), .unconnected(let failure): return await fail(connection, failure.undecided)
        }
    }

    private func fail(_ connection: any PeerConnection, _ reason: Undecided) async -> Beginning {
        await connection.close()
        return .failed(reason)
    }

    /// Sends bytes and waits for the first reaction.
    static func reaction(to bytes: [UInt8], on connection: any PeerConnection, within milliseconds: Int = patience) async -> Reaction {
        var records = RecordStream()
        do {
            try await connection.send(bytes)
            while true {
                let received = try await connection.receive(within: milliseconds)
                guard !received.isEmpty else { return .closed }
                records.append(received)
                if let record = try records.next() { return Self.reaction(record) }
            }
        } catch let failure as TransportFailure {
            return reaction(failure)
        } catch {
            return .failed(TransportFailure(.protocolError, "\(error)"))
        }
    }

    private static func reaction(_ record: Record) -> Reaction {
        switch record.type {
        case .alert where record.fragment.count == 2: .alert(record.fragment[1])
        case .heartbeat: .heartbeat(record.fragment.count)
        case .alert, .changeCipherSpec, .handshake, .applicationData: .message
        }
    }

    private static func reaction(_ failure: TransportFailure) -> Reaction {
        switch failure.reason {
        case .reset: .reset
        case .closed: .closed
        case .timedOut: .silent
        case .refused, .rateLimited, .unreachable, .protocolError, .budget, .preamble, .unsupported: .failed(failure)
        }
    }
}
