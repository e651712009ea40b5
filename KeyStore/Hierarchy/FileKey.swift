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
        self.bytes = try plaintext.duplicate()
    }

    /// For bytes that were just generated or authenticated.
    init(unchecked bytes: consuming SecretBytes) { self.bytes = bytes }

    /// A random one, for a file that no KMS key is a recipient of, or not the first.
    public static func generate() throws(KeyStoreError) -> FileKey {
        FileKey(unchecked: try SecretBytes.generate(byteCount))
    }

    /// Another owner of the same key, for work that outlasts the first.
    package borrowing func copy() throws(KeyStoreError) -> FileKey { FileKey(unchecked: try bytes.duplicate()) }

    /// For wrapping under a further key; stays inside KeyStore.
    borrowing func copyOfBytes() throws(KeyStoreError) -> SecretBytes {
        try bytes.duplicate()
    }

    /// The header's MAC (age v1, "Header MAC"): HMAC-SHA256 under HKDF-SHA256(file key, salt empty, info "header").
    public borrowing func headerMAC(over header: RawSpan) throws(KeyStoreError) -> [UInt8] {
        let (salt, info) = ([UInt8](), Array("header".utf8))
        do {
            let key = try HKDF.derive(.sha256, inputKey: bytes, salt: salt.bytes, info: info.bytes, count: 32)
            return try HMAC.authenticate(.sha256, key: key, header)
        } catch { throw KeyStoreError(error) }
    }

    /// Compares in constant time.
    public borrowing func isValidHeaderMAC(_ mac: RawSpan, over header: RawSpan) throws(KeyStoreError) -> Bool {
        let expected = try headerMAC(over: header)
        return ConstantTime.areEqual(mac, expected.bytes)
    }

    /// The cipher of the payload (age v1, "Payload"): its key is HKDF-SHA256(file key, salt nonce, info "payload").
    ///
    /// - Parameter nonce: the 16 random bytes in front of the payload; never the same twice under one file key.
    public borrowing func payloadCipher(nonce: RawSpan) throws(KeyStoreError) -> PayloadCipher {
        guard nonce.byteCount == PayloadLayout.nonceByteCount else {
            throw KeyStoreError(.invalidCiphertext, "a payload nonce has \(PayloadLayout.nonceByteCount) bytes, not \(nonce.byteCount)")
        }
        let info = Array("payload".utf8)
        do {
            return try PayloadCipher(key: HKDF.derive(.sha256, inputKey: bytes, salt: nonce, info: info.bytes, count: 32))
        } catch { throw KeyStoreError(error) }
    }
}

/// Seals and opens the 64 KiB chunks of one payload (age v1: STREAM with ChaCha20-Poly1305).
///
/// It keeps its cipher contexts between chunks; each worker thread has its own copy.
///
/// `@unchecked Sendable`: it has one owner, who alone reaches the nonce buffer, and `mutating` keeps its calls apart.
@safe public struct PayloadCipher: ~Copyable, @unchecked Sendable {
    private let key: SecretBytes
    private var aead: AEAD

    /// Owned by this value alone; not secret.
    private let nonce: UnsafeMutableRawBufferPointer

    init(key: consuming SecretBytes) throws(OpenSSLError) {
        self.aead = try AEAD(.chaCha20Poly1305, key: key)
        self.key = key
        unsafe self.nonce = .allocate(byteCount: AEADAlgorithm.nonceByteCount, alignment: 8)
        unsafe self.nonce.initializeMemory(as: UInt8.self, repeating: 0)
    }

    /// A cipher for another thread, with contexts of its own.
    public borrowing func copy() throws(KeyStoreError) -> PayloadCipher {
        do { return try PayloadCipher(key: key.copy()) } catch { throw KeyStoreError(error) }
    }

    /// Seals in place. `buffer` needs 16 bytes of room behind the plaintext; returns the number of sealed bytes.
    public mutating func seal(
        _ buffer: UnsafeMutableRawBufferPointer, plaintextCount: Int, chunk: UInt64, isLast: Bool
    ) throws(KeyStoreError) -> Int {
        setNonce(chunk: chunk, isLast: isLast)
        do { return try unsafe aead.sealInPlace(buffer, plaintextCount: plaintextCount, nonce: UnsafeRawBufferPointer(nonce)) } catch {
            throw KeyStoreError(error)
        }
    }

    /// Opens in place and returns the number of plaintext bytes.
    /// - Throws: `InvalidCiphertextException` when the chunk is not authentic; the buffer holds what it held before.
    public mutating func open(
        _ buffer: UnsafeMutableRawBufferPointer, sealedCount: Int, chunk: UInt64, isLast: Bool
    ) throws(KeyStoreError) -> Int {
        setNonce(chunk: chunk, isLast: isLast)
        do { return try unsafe aead.openInPlace(buffer, sealedCount: sealedCount, nonce: UnsafeRawBufferPointer(nonce)) } catch {
            throw KeyStoreError(error)
        }
    }

    /// Into one buffer, kept: this runs per chunk.
    private func setNonce(chunk: UInt64, isLast: Bool) {
        unsafe PayloadLayout.writeChunkNonce(index: chunk, isLast: isLast, to: nonce)
    }

    deinit { unsafe nonce.deallocate() }
}
