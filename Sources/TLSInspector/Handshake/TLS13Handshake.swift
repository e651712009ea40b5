/// A handshake of TLS 1.3 with a server, over one connection: first what the server says, then, if asked, our side and what follows.
///
/// Whoever made it closes it, also after a failure.
actor TLS13Handshake {
    private let connection: any PeerConnection
    private let client: TLS13Client
    private var receiveCount = 0

    /// - Parameter resumption: a session that the server may take up again; see ``resume()``.
    init(
        over connection: any PeerConnection, offering offer: TLS13Offer, resuming resumption: TLS13Resumption? = nil
    ) throws(HandshakeFailure) {
        self.connection = connection
        self.client = try TLS13Client(offer, resuming: resumption)
    }

    /// Goes up to the server's Finished. Once, and without a session to take up again.
    /// - Throws: also `transport(closed)` if the server closes without an alert.
    func run() async throws(HandshakeFailure) -> TLS13Flight {
        try await connection.send(handshake: try client.begin())
        while true {
            if let flight = client.flight { return flight }
            try await receive(within: nil)
        }
    }

    /// Goes up to the server's Finished with the session that was given. Once.
    /// - Returns: whether the server took it up again; if not, it answered with a full handshake.
    func resume() async throws(HandshakeFailure) -> Bool {
        try await connection.send(handshake: try client.begin())
        while client.flight == nil, !client.isResumed { try await receive(within: nil) }
        return client.isResumed
    }

    /// Sends our Finished, without a certificate if one was asked for, and waits for what the server says to that.
    /// - Parameters:
    ///   - request: application data that goes with it, to make a server speak that would else wait. Without any, close_notify goes with it,
    ///     and what the server says before its end is all that it has to say.
    ///   - milliseconds: to wait at the longest, 1 or more. The wait ends with the first ticket or application data.
    /// - Throws: what hindered us from sending. What came instead of an answer is in the result.
    func finish(sending request: [UInt8] = [], waiting milliseconds: Int) async throws(HandshakeFailure) -> TLS13Ending {
        var bytes = try client.finish()
        bytes += request.isEmpty ? try client.shutDown() : try client.seal(request)
        try await connection.send(handshake: bytes)
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        var ending = TLS13Ending()
        do {
            while client.tickets.isEmpty, ending.data.isEmpty, client.state != .closed {
                let left = ContinuousClock.now.duration(to: deadline)
                let remaining = Int(left.components.seconds) * 1000 + Int(left.components.attoseconds / 1_000_000_000_000_000)
                guard remaining > 0 else { break }
                try await receive(within: remaining)
                ending.data += client.takeApplicationData()
            }
        } catch {
            ending.failure = error
        }
        ending.data += client.takeApplicationData()
        ending.tickets = client.tickets
        ending.isClosed = client.state == .closed
        return ending
    }

    /// The next application data; none once the server has closed.
    func receiveData() async throws(HandshakeFailure) -> [UInt8] {
        while true {
            let data = client.takeApplicationData()
            if !data.isEmpty || client.state == .closed { return data }
            try await receive(within: nil)
        }
    }

    /// Tickets that have come so far.
    var tickets: [NewSessionTicket13] { client.tickets }

    /// What the first ticket lets us take up again; nil if none came.
    func resumption() throws(HandshakeFailure) -> TLS13Resumption? { try client.nextResumption() }

    /// Whether the server has said that it will say no more.
    var isClosed: Bool { client.state == .closed }

    func close() async { await connection.close() }

    private func receive(within milliseconds: Int?) async throws(HandshakeFailure) {
        receiveCount += 1
        let bytes = try await connection.receive(piece: receiveCount, within: milliseconds)
        guard !bytes.isEmpty else { throw .transport(TransportFailure(.closed, "the server closed the connection")) }
        let answer = try client.receive(bytes)
        try await connection.send(handshake: answer)
        // close_notify before our turn leaves nothing to wait for.
        guard client.state != .closed || client.flight != nil || client.isResumed else {
            throw .transport(TransportFailure(.closed, "the server closed the connection"))
        }
    }
}
