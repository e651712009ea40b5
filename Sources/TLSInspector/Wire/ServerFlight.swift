/// What a server says on one connection, from its bytes to its messages, within limits.
///
/// A probe appends what it receives and takes events until there are none; it holds no connection and no clock.
struct ServerFlight: Sendable {
    enum Event: Sendable, Hashable {
        case alert(Alert)
        case message(HandshakeMessage)
        case changeCipherSpec
        /// Up to TLS 1.2 behind its ChangeCipherSpec: a message or an alert that only the keys open.
        case encrypted(Record)
        /// Encrypted data; in TLS 1.3 everything behind the ServerHello.
        case applicationData(Record)
        /// RFC 6520, or the answer to a heartbeat that lies about its length.
        case heartbeat(Record)
        /// The peer does not speak TLS. Comes once, as the only event; ``received`` has the bytes.
        case foreign(ForeignAnswer)
    }

    /// All that one connection may send us.
    static let maximumByteCount = 1 << 20
    /// A peer has no reason to send records without content, but for one before each in TLS 1.0 (the remedy for BEAST).
    static let maximumEmptyRecordCount = 32

    private var records = RecordStream()
    private var messages = HandshakeStream()
    private var alerts: [UInt8] = []
    private var byteCount = 0
    private var emptyRecordCount = 0
    private var state = State.beforeFirstRecord
    private var isTLS13 = false

    private enum State {
        case beforeFirstRecord, plain
        /// Up to TLS 1.2, behind the server's ChangeCipherSpec.
        case encrypted
        case foreign
    }

    /// The bytes of which no event has been made; of a foreign answer all.
    var received: ArraySlice<UInt8> { records.pending }

    /// Whether a record, a message or an alert has begun and is not whole.
    var isInMessage: Bool { !records.pending.isEmpty || messages.isInMessage || !alerts.isEmpty }

    /// - Throws: `oversized` once the peer has sent more than ``maximumByteCount``; these bytes are not kept.
    mutating func append(_ bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.maximumByteCount - byteCount else { throw .oversized("what the peer sent") }
        byteCount += bytes.count
        records.append(bytes)
    }

    /// The next event, or nil until more bytes have come.
    mutating func next() throws(WireError) -> Event? {
        while true {
            if let event = try pendingEvent() { return event }
            if state == .foreign { return nil }
            if state == .beforeFirstRecord, let answer = foreignAnswer(isLast: false) {
                state = .foreign
                return .foreign(answer)
            }
            guard !looksForeign, let record = try records.next() else { return nil }
            if state == .beforeFirstRecord { state = .plain }
            if let event = try take(record) { return event }
        }
    }

    /// The last event, once the peer has closed and ``next()`` gave nil: only then can a very short foreign answer be told.
    /// - Throws: `truncated` if a record, a message or an alert is not whole.
    mutating func finish() throws(WireError) -> Event? {
        if state == .foreign { return nil }
        if state == .beforeFirstRecord, let answer = foreignAnswer(isLast: true) {
            state = .foreign
            return .foreign(answer)
        }
        guard !isInMessage else { throw .truncated("what the peer sent") }
        return nil
    }
}

// MARK: From records to events

extension ServerFlight {
    /// What earlier records hold and is not yet told.
    private mutating func pendingEvent() throws(WireError) -> Event? {
        if alerts.count >= 2 {
            let alert = Alert(level: alerts[0], code: alerts[1])
            alerts.removeFirst(2)
            return .alert(alert)
        }
        guard let message = try messages.next() else { return nil }
        if message.type == .serverHello {
            isTLS13 = try ServerHello(message.body).version >= ProtocolVersion.tls13.rawValue
        }
        return .message(message)
    }

    private mutating func take(_ record: Record) throws(WireError) -> Event? {
        if record.fragment.isEmpty {
            emptyRecordCount += 1
            guard emptyRecordCount <= Self.maximumEmptyRecordCount else { throw .oversized("a row of empty records") }
        }
        switch record.type {
        case .changeCipherSpec:
            guard record.fragment == [1] else { throw .malformed("a ChangeCipherSpec") }
            // In TLS 1.3 it means nothing and only looks like older versions (RFC 8446 appendix D.4).
            if !isTLS13 { state = .encrypted }
            return .changeCipherSpec
        case .alert where state == .encrypted, .handshake where state == .encrypted: return .encrypted(record)
        case .alert: alerts += record.fragment
        case .handshake: messages.append(record.fragment)
        case .applicationData: return .applicationData(record)
        case .heartbeat: return .heartbeat(record)
        }
        return nil
    }

    /// Whether the first bytes can not be the header of a record.
    private var looksForeign: Bool {
        guard state == .beforeFirstRecord, let first = received.first else { return false }
        guard Record.ContentType(rawValue: first) != nil else { return true }
        return received.count >= 2 && received[received.startIndex + 1] != 3
    }

    private func foreignAnswer(isLast: Bool) -> ForeignAnswer? {
        looksForeign ? ForeignAnswer(received, isLast: isLast) : nil
    }
}
