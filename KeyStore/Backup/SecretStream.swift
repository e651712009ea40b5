import AgeFormat
import OpenSSL

/// Seals bytes that are put together piece by piece, secrets among them, into an age payload. Only one chunk is ever in
/// plaintext, in locked memory.
struct SecretStreamWriter: ~Copyable {
    private var cipher: PayloadCipher
    private var chunk: SecretBuffer
    private var chunkNumber: UInt64 = 0
    private var output: [UInt8]

    init(_ fileKey: borrowing FileKey) throws(KeyStoreError) {
        let nonce: [UInt8]
        let chunk: SecretBuffer
        do throws(OpenSSLError) {
            nonce = try Random.bytes(PayloadLayout.nonceByteCount)
            chunk = try SecretBuffer(capacity: PayloadLayout.sealedChunkByteCount)
        } catch { throw KeyStoreError(error) }
        self.cipher = try fileKey.payloadCipher(nonce: nonce.bytes)
        self.chunk = chunk
        self.output = nonce
    }

    mutating func append(_ bytes: RawSpan) throws(KeyStoreError) {
        var offset = 0
        while offset < bytes.byteCount {
            // A full chunk is sealed only when more follows: the last one must know that it is the last.
            if chunk.count == PayloadLayout.chunkByteCount { try flush(isLast: false) }
            let size = min(bytes.byteCount - offset, PayloadLayout.chunkByteCount - chunk.count)
            do { try chunk.append(bytes.extracting(offset..<offset + size)) } catch { throw KeyStoreError(error) }
            offset += size
        }
    }

    mutating func append(_ bytes: [UInt8]) throws(KeyStoreError) { try append(bytes.bytes) }

    mutating func append(_ secret: borrowing SecretBytes) throws(KeyStoreError) {
        var length = ByteWriter()
        length.append(UInt32(secret.count))
        try append(length.bytes)
        var offset = 0
        while offset < secret.count {
            let size = min(secret.count - offset, PayloadLayout.chunkByteCount)
            let piece: SecretBytes
            do { piece = try secret.copy(offset..<offset + size) } catch { throw KeyStoreError(error) }
            try appendPiece(piece)
            offset += size
        }
    }

    private mutating func appendPiece(_ piece: borrowing SecretBytes) throws(KeyStoreError) {
        try piece.withBytes { bytes throws(KeyStoreError) in try append(bytes) }
    }

    /// - Returns: nonce and sealed chunks.
    consuming func finish() throws(KeyStoreError) -> [UInt8] {
        try flush(isLast: true)
        return output
    }

    private mutating func flush(isLast: Bool) throws(KeyStoreError) {
        let (count, number) = (chunk.count, chunkNumber)
        try unsafe chunk.withMutableBytes { buffer throws(KeyStoreError) in
            let sealedCount = try unsafe cipher.seal(buffer, plaintextCount: count, chunk: number, isLast: isLast)
            unsafe output.append(contentsOf: buffer[..<sealedCount])
        }
        chunk.removeAll()
        chunkNumber += 1
    }
}

/// Opens what `SecretStreamWriter` sealed, one chunk at a time, in locked memory.
struct SecretStreamReader: ~Copyable {
    private var cipher: PayloadCipher
    private var chunk: SecretBuffer
    private let sealed: [UInt8]
    private var sealedOffset = PayloadLayout.nonceByteCount
    private var chunkNumber: UInt64 = 0
    private var chunkOffset = 0

    static let truncated = KeyStoreError(.invalidBackup, "the backup is damaged or truncated")

    /// - Parameter payload: nonce and sealed chunks.
    init(_ payload: [UInt8], _ fileKey: borrowing FileKey) throws(KeyStoreError) {
        guard payload.count >= PayloadLayout.nonceByteCount else { throw Self.truncated }
        let nonce = Array(payload[..<PayloadLayout.nonceByteCount])
        let chunk: SecretBuffer
        do { chunk = try SecretBuffer(capacity: PayloadLayout.sealedChunkByteCount) } catch { throw KeyStoreError(error) }
        self.cipher = try fileKey.payloadCipher(nonce: nonce.bytes)
        self.chunk = chunk
        self.sealed = payload
    }

    var isAtEnd: Bool { chunkOffset == chunk.count && sealedOffset == sealed.count }

    mutating func readSecret(maximum: Int) throws(KeyStoreError) -> SecretBytes {
        let count = try readUInt32()
        guard count <= maximum else { throw Self.truncated }
        var secret: SecretBuffer
        do { secret = try SecretBuffer(capacity: max(1, count)) } catch { throw KeyStoreError(error) }
        try read(count, into: &secret)
        return try secret.withBytes { bytes throws(KeyStoreError) in
            do throws(OpenSSLError) { return try SecretBytes(copying: bytes) } catch { throw KeyStoreError(error) }
        }
    }

    /// Length-prefixed bytes that are not secret.
    mutating func readPrefixed(maximum: Int) throws(KeyStoreError) -> [UInt8] {
        let count = try readUInt32()
        guard count <= maximum else { throw Self.truncated }
        return try readPublic(count)
    }

    mutating func readPublic(_ count: Int) throws(KeyStoreError) -> [UInt8] {
        var buffer: SecretBuffer
        do { buffer = try SecretBuffer(capacity: max(1, count)) } catch { throw KeyStoreError(error) }
        try read(count, into: &buffer)
        return buffer.withBytes { [UInt8]($0) }
    }

    mutating func readUInt32() throws(KeyStoreError) -> Int {
        var reader = ByteReader(try readPublic(4))
        guard let value = reader.readUInt32() else { throw Self.truncated }
        return Int(value)
    }

    private mutating func read(_ count: Int, into target: inout SecretBuffer) throws(KeyStoreError) {
        var missing = count
        while missing > 0 {
            if chunkOffset == chunk.count { try openNextChunk() }
            let (start, size) = (chunkOffset, min(missing, chunk.count - chunkOffset))
            do throws(OpenSSLError) {
                try chunk.withBytes { bytes throws(OpenSSLError) in try target.append(bytes.extracting(start..<start + size)) }
            } catch { throw KeyStoreError(error) }
            chunkOffset += size
            missing -= size
        }
    }

    private mutating func openNextChunk() throws(KeyStoreError) {
        let count = min(PayloadLayout.sealedChunkByteCount, sealed.count - sealedOffset)
        guard count > AEADAlgorithm.tagByteCount else { throw Self.truncated }
        let (start, number) = (sealedOffset, chunkNumber)
        let isLast = start + count == sealed.count
        chunk.removeAll()
        let opened: Int
        do throws(KeyStoreError) {
            opened = try unsafe chunk.withMutableBytes { buffer throws(KeyStoreError) in
                unsafe buffer.copyBytes(from: sealed[start..<start + count])
                return try unsafe cipher.open(buffer, sealedCount: count, chunk: number, isLast: isLast)
            }
        } catch { throw error.code == .invalidCiphertext ? Self.truncated : error }
        chunk.setCount(opened)
        chunkOffset = 0
        sealedOffset += count
        chunkNumber += 1
    }
}
