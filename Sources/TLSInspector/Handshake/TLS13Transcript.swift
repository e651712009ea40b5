internal import OpenSSL

/// The messages of one handshake, as both sides hash them (RFC 8446 §4.4.1).
struct TLS13Transcript: Sendable {
    /// All of one handshake: more than any honest server says.
    static let maximumByteCount = 1 << 20

    private var bytes: [UInt8] = []

    mutating func append(_ message: HandshakeMessage) throws(WireError) {
        let encoded = message.encoded
        guard bytes.count + encoded.count <= Self.maximumByteCount else { throw .oversized("the handshake") }
        bytes += encoded
    }

    /// Puts a message that stands for the first ClientHello in its place, once a HelloRetryRequest has come.
    mutating func replaceWithHash(_ digest: DigestAlgorithm) throws(OpenSSLError) {
        let hash = try self.hash(digest)
        bytes = HandshakeMessage(type: .messageHash, body: hash).encoded
    }

    /// The hash with the beginning of a message behind it, whose end depends on that hash.
    func hash(_ digest: DigestAlgorithm, appending start: ArraySlice<UInt8>) throws(OpenSSLError) -> [UInt8] {
        let all = bytes + start
        return try Digest.hash(digest, all.bytes)
    }

    func hash(_ digest: DigestAlgorithm) throws(OpenSSLError) -> [UInt8] {
        try Digest.hash(digest, bytes.bytes)
    }
}
