import AgeFormat
import OpenSSL

/// The key of one sealed file (age v1, "file key": 16 random bytes), opaque outside KeyStore.
///
/// Whoever can unwrap one of the file's stanzas has it; everything else in the file is derived from it.
public struct FileKey: ~Copyable, Sendable {
    /// age v1: 128 bits.
    public static let byteCount = 16

    let bytes: SecretBytes

    init(copying plaintext: borrowing SecretBytes) throws(KeyStoreError) {
        guard plaintext.count == Self.byteCount else {
            throw KeyStoreError(.invalidCiphertext, "a file key has \(Self.byteCount) bytes, this one \(plaintext.count)")
        }
        do { self.bytes = try plaintext.copy() } catch { throw KeyStoreError(error) }
    }

    /// For wrapping under a further key; stays inside KeyStore.
    borrowing func copyOfBytes() throws(KeyStoreError) -> SecretBytes {
        do { return try bytes.copy() } catch { throw KeyStoreError(error) }
    }

    /// The header's MAC (age v1, "Header MAC"): HMAC-SHA256 under HKDF-SHA256(file key, salt empty, info "header").
    public borrowing func headerMAC(over header: RawSpan) throws(KeyStoreError) -> [UInt8] {
        do {
            let key = try HKDF.derive(
                .sha256, inputKey: bytes, salt: [UInt8]().bytes, info: Array("header".utf8).bytes, count: 32)
            return try HMAC.authenticate(.sha256, key: key, header)
        } catch { throw KeyStoreError(error) }
    }

    /// Compares in constant time.
    public borrowing func isValidHeaderMAC(_ mac: RawSpan, over header: RawSpan) throws(KeyStoreError) -> Bool {
        ConstantTime.areEqual(mac, try headerMAC(over: header).bytes)
    }

    /// The cipher of the payload (age v1, "Payload"): its key is HKDF-SHA256(file key, salt nonce, info "payload").
    ///
    /// - Parameter nonce: the 16 random bytes in front of the payload; never the same twice under one file key.
    public borrowing func payloadCipher(nonce: RawSpan) throws(KeyStoreError) -> PayloadCipher {
        guard nonce.byteCount == PayloadLayout.nonceByteCount else {
            throw KeyStoreError(.invalidCiphertext, "a payload nonce has \(PayloadLayout.nonceByteCount) bytes, not \(nonce.byteCount)")
        }
        do {
            return try PayloadCipher(
                key: HKDF.derive(.sha256, inputKey: bytes, salt: nonce, info: Array("payload".utf8).bytes, count: 32))
        } catch { throw KeyStoreError(error) }
    }
}

/// Seals and opens the 64 KiB chunks of one payload (age v1: STREAM with ChaCha20-Poly1305).
///
/// It keeps its cipher contexts between chunks; each worker thread has its own copy.
public struct PayloadCipher: ~Copyable, Sendable {
    private let key: SecretBytes
    private var aead: AEAD

    init(key: consuming SecretBytes) throws(OpenSSLError) {
        self.aead = try AEAD(.chaCha20Poly1305, key: key)
        self.key = key
    }

    /// A cipher for another thread, with contexts of its own.
    public borrowing func copy() throws(KeyStoreError) -> PayloadCipher {
        do { return try PayloadCipher(key: key.copy()) } catch { throw KeyStoreError(error) }
    }

    /// Seals in place. `buffer` needs 16 bytes of room behind the plaintext; returns the number of sealed bytes.
    public mutating func seal(
        _ buffer: UnsafeMutableRawBufferPointer, plaintextCount: Int, chunk: UInt64, isLast: Bool
    ) throws(KeyStoreError) -> Int {
        do {
            return try unsafe Self.withNonce(chunk: chunk, isLast: isLast) { nonce throws(OpenSSLError) in
                try unsafe aead.sealInPlace(buffer, plaintextCount: plaintextCount, nonce: nonce)
            }
        } catch { throw KeyStoreError(error) }
    }

    /// Opens in place and returns the number of plaintext bytes.
    /// - Throws: `InvalidCiphertextException` when the chunk is not authentic; the buffer is zero then.
    public mutating func open(
        _ buffer: UnsafeMutableRawBufferPointer, sealedCount: Int, chunk: UInt64, isLast: Bool
    ) throws(KeyStoreError) -> Int {
        do {
            return try unsafe Self.withNonce(chunk: chunk, isLast: isLast) { nonce throws(OpenSSLError) in
                try unsafe aead.openInPlace(buffer, sealedCount: sealedCount, nonce: nonce)
            }
        } catch { throw KeyStoreError(error) }
    }

    /// 11-byte big-endian chunk number, then 1 for the last chunk (age v1, "Payload"). On the stack: this runs per chunk.
    private static func withNonce<R>(
        chunk: UInt64, isLast: Bool, _ body: (UnsafeRawBufferPointer) throws(OpenSSLError) -> R
    ) throws(OpenSSLError) -> R {
        // Bytes 0–2 are the counter's upper bits, always zero; 3–10 the number; 11 the flag.
        var nonce: (UInt32, UInt32, UInt32) = (
            UInt32(truncatingIfNeeded: chunk >> 56).bigEndian,
            UInt32(truncatingIfNeeded: chunk >> 24).bigEndian,
            (UInt32(truncatingIfNeeded: chunk << 8) | (isLast ? 1 : 0)).bigEndian
        )
        let result: Result<R, OpenSSLError> = unsafe withUnsafeBytes(of: &nonce) { bytes in
            do throws(OpenSSLError) { return .success(try unsafe body(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
