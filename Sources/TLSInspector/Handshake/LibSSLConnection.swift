internal import OpenSSL

/// A connection of libssl's, over whatever carries bytes: for versions up to TLS 1.2, and to compare with our own TLS 1.3.
actor LibSSLConnection {
    /// What a server may still say while the connection ends.
    static let maximumClosingReceiveCount = 16
    /// For the server's own end, in milliseconds.
    static let closingTimeout = 300

    private let connection: any PeerConnection
    private let client: TLSClientSession
    private var receiveCount = 0

    init(
        over connection: any PeerConnection, _ configuration: TLSClientConfiguration, resuming session: TLSSession? = nil
    ) throws(HandshakeFailure) {
        self.connection = connection
        do {
            self.client = try TLSClientSession(configuration, resuming: session)
        } catch {
            throw .unsupported(error.description)
        }
    }

    /// A connection that is ready for data; one that fails is closed.
    static func connected(
        over connection: any PeerConnection, _ configuration: TLSClientConfiguration, resuming session: TLSSession? = nil
    ) async throws(HandshakeFailure) -> LibSSLConnection {
        let made = try LibSSLConnection(over: connection, configuration, resuming: session)
        do {
            try await made.handshake()
            return made
        } catch {
            await made.abort()
            throw error
        }
    }

    /// Goes through the handshake to its end.
    /// - Parameter milliseconds: for each piece of the answer; nil for as long as the connection itself allows.
    func handshake(within milliseconds: Int? = nil) async throws(HandshakeFailure) {
        while true {
            let progress = try await attempt { (client) throws(OpenSSLError) in try client.handshake() }
            try await flush()
            if progress == .done { return }
            guard try await receive(within: milliseconds) else { throw Self.closed }
        }
    }

    /// Asks for one new handshake inside the running connection, and goes through it.
    func renegotiate(within milliseconds: Int) async throws(HandshakeFailure) {
        try await attempt { (client) throws(OpenSSLError) in try client.renegotiate() }
        try await handshake(within: milliseconds)
    }

    func send(_ data: [UInt8]) async throws(HandshakeFailure) {
        try await attempt { (client) throws(OpenSSLError) in try client.write(data) }
        try await flush()
    }

    /// The next application data; none once the server has closed, with or without saying so.
    func receive() async throws(HandshakeFailure) -> [UInt8] { try await data(within: nil) }

    /// - Parameter milliseconds: for each piece of it; nil for as long as the connection itself allows.
    private func data(within milliseconds: Int?) async throws(HandshakeFailure) -> [UInt8] {
        while true {
            switch try await attempt({ (client) throws(OpenSSLError) in try client.read() }) {
            case .data(let data): return data
            case .closed: return []
            case .wantsBytes:
                try await flush()
                guard try await receive(within: milliseconds) else { return [] }
            }
        }
    }

    /// Sends a request and reads the head of what is answered.
    func http(_ request: [UInt8]) async -> Fact<HTTPFacts> {
        var answer: [UInt8] = []
        do {
            try await send(request)
            while HTTPHead.end(of: answer) == nil, answer.count < HTTPHead.maximumByteCount {
                let more = try await receive()
                guard !more.isEmpty else { break }
                answer += more
            }
            return SessionProbes.http(answer, failure: nil)
        } catch {
            return SessionProbes.http(answer, failure: error)
        }
    }

    /// Says that we will say no more; the server may still.
    func shutDown() async throws(HandshakeFailure) {
        client.shutDown()
        try await flush()
    }

    /// Ends the connection in order, so that the server keeps its session: says so, and waits shortly for the server to end as well.
    func close() async {
        client.shutDown()
        do {
            try await flush()
            for _ in 0..<Self.maximumClosingReceiveCount {
                guard try await !connection.receive(within: Self.closingTimeout).isEmpty else { break }
            }
        } catch {
            // The connection ends here in any case, and nothing is concluded from how.
        }
        await connection.close()
    }

    /// Ends the connection at once, for one that has failed.
    func abort() async { await connection.close() }

    var session: TLSSession? { client.session }
    var isResumed: Bool { client.isResumed }
    var version: ProtocolVersion? { ProtocolVersion(rawValue: client.version) }
    var cipherSuite: CipherSuite? { client.cipherSuite.map { CipherSuite(rawValue: $0) } }
    var applicationProtocol: [UInt8] { client.applicationProtocol }
    /// Bodies of the CertificateRequest messages that came.
    var certificateRequests: [[UInt8]] { client.certificateRequests }

    private static let closed = HandshakeFailure.transport(TransportFailure(.closed, "the server closed the connection"))

    /// Lets libssl do something. When it fails, its alert is sent before the failure is told.
    private func attempt<Value: Sendable>(
        _ body: (TLSClientSession) throws(OpenSSLError) -> Value
    ) async throws(HandshakeFailure) -> Value {
        do throws(OpenSSLError) {
            return try body(client)
        } catch {
            let failure = failure(error)
            do {
                try await flush()
            } catch {
                // What made libssl fail says more than that the peer is gone by now.
            }
            throw failure
        }
    }

    /// Alerts with which libssl says that the server did wrong; with the others it says what itself does not have or want.
    private static let accusingAlerts: Set<UInt8> = [10, 20, 22, 47, 50, 51]

    private func failure(_ error: OpenSSLError) -> HandshakeFailure {
        // Warnings are passed over by libssl, but for this one.
        let refusal = client.receivedAlerts.last { $0.level == 2 || $0.code == Alert.noRenegotiation }
        if let refusal { return .alert(Alert(level: refusal.level, code: refusal.code)) }
        let reason = error.reason.isEmpty ? error.description : error.reason
        if let alert = client.sentAlerts.last, Self.accusingAlerts.contains(alert.code) {
            return .wire(.malformed("what the server sent (\(reason))"))
        }
        return .unsupported("libssl cannot go on: \(reason)")
    }

    /// - Returns: false once the server has closed.
    private func receive(within milliseconds: Int?) async throws(HandshakeFailure) -> Bool {
        receiveCount += 1
        let bytes = try await connection.receive(piece: receiveCount, within: milliseconds)
        try await attempt { (client) throws(OpenSSLError) in try client.feed(bytes) }
        return !bytes.isEmpty
    }

    private func flush() async throws(HandshakeFailure) { try await connection.send(handshake: client.takeOutput()) }
}

extension LibSSLConnection: SecureChannel {
    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] {
        do {
            return try await data(within: milliseconds)
        } catch {
            throw TransportFailure(error.undecided.reason, error.undecided.detail)
        }
    }
}
