/// One handshake message (RFC 8446 §4, RFC 5246 §7.4): its type and its body, not yet read.
struct HandshakeMessage: Sendable, Hashable {
    struct MessageType: RawRepresentable, Sendable, Hashable {
        let rawValue: UInt8
        static let helloRequest = MessageType(rawValue: 0)
        static let clientHello = MessageType(rawValue: 1)
        static let serverHello = MessageType(rawValue: 2)
        static let newSessionTicket = MessageType(rawValue: 4)
        static let encryptedExtensions = MessageType(rawValue: 8)
        static let certificate = MessageType(rawValue: 11)
        static let serverKeyExchange = MessageType(rawValue: 12)
        static let certificateRequest = MessageType(rawValue: 13)
        static let serverHelloDone = MessageType(rawValue: 14)
        static let certificateVerify = MessageType(rawValue: 15)
        static let clientKeyExchange = MessageType(rawValue: 16)
        static let finished = MessageType(rawValue: 20)
        static let certificateStatus = MessageType(rawValue: 22)
        static let compressedCertificate = MessageType(rawValue: 25)
    }

    /// Chains with post-quantum signatures are long; nothing honest is longer than this.
    static let maximumBodyByteCount = 1 << 18

    var type: MessageType
    var body: [UInt8]

    var encoded: [UInt8] {
        var bytes = [type.rawValue]
        bytes.append(uint24: body.count)
        return bytes + body
    }
}

/// Puts handshake messages together, which may be split over records or share one.
struct HandshakeStream: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    mutating func append(_ fragment: [UInt8]) {
        // Not for each message: a record of many small ones would move its bytes as often.
        buffer.removeFirst(start)
        start = 0
        buffer += fragment
    }

    /// Whether a message has begun and is not whole.
    var isInMessage: Bool { start < buffer.count }

    /// - Throws: `oversized` before the bytes of a message that is too long are waited for.
    mutating func next() throws(WireError) -> HandshakeMessage? {
        guard buffer.count - start >= 4 else { return nil }
        var reader = ByteReader(buffer[start...])
        let type = HandshakeMessage.MessageType(rawValue: try reader.uint8("a handshake message"))
        let count = try reader.uint24("a handshake message")
        guard count <= HandshakeMessage.maximumBodyByteCount else { throw .oversized("a handshake message") }
        guard reader.remaining >= count else { return nil }
        let body = Array(try reader.take(count, "a handshake message"))
        start += 4 + count
        return HandshakeMessage(type: type, body: body)
    }
}
