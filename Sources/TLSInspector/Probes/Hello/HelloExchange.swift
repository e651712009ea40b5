/// One connection, one hello, and what comes back.
struct HelloExchange: Sendable {
    enum Outcome: Sendable {
        case answered(ServerAnswer)
        case refused(Alert)
        /// Closed before a single byte.
        case silentlyClosed
        /// There was no connection to ask on, also after the dialer's own retries.
        case unconnected(TransportFailure)
        case failed(TransportFailure)

        /// What a peer may mean by it that does not say so.
        var doubtfulRefusal: Refusal? {
            switch self {
            case .silentlyClosed: .closed
            case .failed(let failure): failure.reason == .reset ? .reset : nil
            case .refused(let alert): alert.code == Alert.internalError ? .internalError : nil
            case .answered, .unconnected: nil
            }
        }

        /// The dialer has tried again already what failed before a hello could be sent.
        func isWorthAnotherTry(_ extent: Prober.Extent) -> Bool {
            switch self {
            case .unconnected: false
            case .refused: doubtfulRefusal != nil
            case .silentlyClosed, .failed: true
            case .answered(let answer): extent == .flight && !answer.isWhole && answer.hello.version < ProtocolVersion.tls13.rawValue
            }
        }
    }

    let dialer: any Dialer

    func run(_ bytes: [UInt8], extent: Prober.Extent) async -> Outcome {
        let connection: any PeerConnection
        do {
            connection = try await dialer.dial()
        } catch {
            return .unconnected(error)
        }
        let outcome = await exchange(on: connection, bytes, extent: extent)
        await connection.close()
        return outcome
    }

    func exchange(on connection: any PeerConnection, _ bytes: [UInt8], extent: Prober.Extent) async -> Outcome {
        var reading = AnswerReading(extent: extent)
        do {
            try await connection.send(bytes)
            while true {
                let received = try await connection.receive()
                guard !received.isEmpty else { return reading.atEnd }
                if let outcome = try reading.take(received) { return outcome }
            }
        } catch let failure as TransportFailure {
            return reading.outcome(of: failure)
        } catch let error as WireError {
            return .failed(TransportFailure(.protocolError, error.description))
        } catch {
            return .failed(TransportFailure(.protocolError, "\(error)"))
        }
    }
}

/// How far the answer to a hello has come.
private struct AnswerReading {
    let extent: Prober.Extent
    private var flight = ServerFlight()
    private var hello: ServerHello?
    private var messages: [HandshakeMessage] = []
    private var isEmpty = true

    init(extent: Prober.Extent) {
        self.extent = extent
    }

    /// - Returns: the outcome, once there is one.
    mutating func take(_ bytes: [UInt8]) throws(WireError) -> HelloExchange.Outcome? {
        isEmpty = false
        try flight.append(bytes)
        while let event = try flight.next() {
            if let outcome = try take(event) { return outcome }
        }
        return nil
    }

    private mutating func take(_ event: ServerFlight.Event) throws(WireError) -> HelloExchange.Outcome? {
        switch event {
        case .alert(let alert):
            // Warnings (an unknown name) come before an answer, or tell that there will be none.
            guard alert.isFatal || alert.code == 0 || alert.code == Alert.handshakeFailure else { return nil }
            return hello == nil ? .refused(alert) : whole(false)
        case .message(let message): return try take(message)
        case .foreign(let answer): return .failed(TransportFailure(.protocolError, answer.description))
        case .changeCipherSpec, .encrypted, .applicationData, .heartbeat: return hello == nil ? nil : whole(false)
        }
    }

    private mutating func take(_ message: HandshakeMessage) throws(WireError) -> HelloExchange.Outcome? {
        guard hello != nil else {
            guard message.type == .serverHello else { throw .malformed("the answer to a ClientHello") }
            let parsed = try ServerHello(message.body)
            hello = parsed
            let isEnough = extent == .serverHello || parsed.version == ProtocolVersion.tls13.rawValue
            return isEnough ? whole(false) : nil
        }
        if message.type == .serverHelloDone { return whole(true) }
        messages.append(message)
        return nil
    }

    private func whole(_ isWhole: Bool) -> HelloExchange.Outcome? {
        guard let hello else { return nil }
        return .answered(ServerAnswer(hello: hello, messages: messages, isWhole: isWhole))
    }

    /// What it comes to when the peer closes.
    var atEnd: HelloExchange.Outcome {
        if let answered = whole(false) { return answered }
        return isEmpty ? .silentlyClosed : .failed(TransportFailure(.protocolError, "the connection was closed within the answer"))
    }

    /// What it comes to when the connection fails: a ServerHello that has come stays one.
    func outcome(of failure: TransportFailure) -> HelloExchange.Outcome {
        if let answered = whole(false) { return answered }
        if failure.reason == .closed && isEmpty { return .silentlyClosed }
        return .failed(failure)
    }
}
