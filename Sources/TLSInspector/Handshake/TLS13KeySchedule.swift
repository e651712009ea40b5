internal import OpenSSL

/// The secrets of one connection, each derived from the one before (RFC 8446 §7.1).
///
/// It starts at the early secret; ``mix(_:)`` goes on to the handshake secret and ``mixNothing()`` from there to the main secret.
struct TLS13KeySchedule: ~Copyable {
    let digest: DigestAlgorithm
    private var secret: SecretBytes

    init(_ digest: DigestAlgorithm) throws(OpenSSLError) {
        try self.init(digest, preSharedKey: try Self.zeros(digest))
    }

    /// Begins with a key that both sides already have.
    init(_ digest: DigestAlgorithm, preSharedKey: borrowing SecretBytes) throws(OpenSSLError) {
        let secret = try HKDF.extract(digest, salt: try Self.zeros(digest), inputKey: preSharedKey)
        self.secret = secret
        self.digest = digest
    }

    /// Goes on to the next secret with what both sides agreed on.
    mutating func mix(_ sharedSecret: borrowing SecretBytes) throws(OpenSSLError) {
        let derived = try derive("derived", transcriptHash: try Digest.hash(digest, [UInt8]().bytes))
        secret = try HKDF.extract(digest, salt: derived, inputKey: sharedSecret)
    }

    mutating func mixNothing() throws(OpenSSLError) {
        try mix(try Self.zeros(digest))
    }

    /// Derive-Secret of the current secret, for example `c hs traffic`.
    borrowing func derive(_ label: String, transcriptHash: [UInt8]) throws(OpenSSLError) -> SecretBytes {
        try HKDF.expandLabel(digest, secret: secret, label: label, context: transcriptHash, count: digest.byteCount)
    }

    /// What stands in a Finished message (RFC 8446 §4.4.4).
    /// - Parameter base: the traffic secret of the side that sends it.
    static func verifyData(
        _ digest: DigestAlgorithm, base: borrowing SecretBytes, transcriptHash: [UInt8]
    ) throws(OpenSSLError) -> [UInt8] {
        let key = try HKDF.expandLabel(digest, secret: base, label: "finished", context: [], count: digest.byteCount)
        return try HMAC.authenticate(digest, key: key, transcriptHash.bytes)
    }

    private static func zeros(_ digest: DigestAlgorithm) throws(OpenSSLError) -> SecretBytes {
        try SecretBytes(copying: [UInt8](repeating: 0, count: digest.byteCount).bytes)
    }
}
