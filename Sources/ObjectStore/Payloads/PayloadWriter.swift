import AgeFormat
import KeyStore

/// Seals bodies, and puts them where they are kept.
struct PayloadWriter: Sendable {
    /// Plaintext up to this many bytes is kept in the row of its object: nonce, chunk and tag are 16 KiB then.
    static let maximumInlineByteCount = 16 * 1024 - PayloadLayout.nonceByteCount - PayloadLayout.tagByteCount

    private let folder: BlobFolder

    init(folder: BlobFolder) { self.folder = folder }

    /// Reads a body to its end, and seals it under a nonce of its own.
    ///
    /// A blob is on the disk, with its name, when this returns. On a failure, and when the task is cancelled, there is none.
    /// - Parameters:
    ///   - byteLimit: The most that the body may have.
    ///   - checksums: Which ones are calculated over the plaintext.
    ///   - mayBeInline: False for a blob whatever the size.
    ///   - header: The header of a blob, without the nonce. Asked for when there is to be one.
    /// - Throws: `EntityTooLarge`, `IncompleteBody` for more or fewer bytes than the body said to have, `NoSpace`, `StoreReadOnly`,
    ///   `StorageFailure`, `Cancelled`, and what the body throws.
    func store(
        _ body: any ObjectBody, byteLimit: UInt64, fileKey: borrowing FileKey, checksums: Set<ChecksumAlgorithm>, mayBeInline: Bool,
        header: () throws(ObjectStoreError) -> [UInt8]
    ) async throws(ObjectStoreError) -> StoredPayload {
        var reader = try BodyReader(body, byteLimit: byteLimit, checksums: checksums)
        let announced = body.byteCount
        guard mayBeInline, announced ?? 0 <= UInt64(Self.maximumInlineByteCount) else {
            let place = try await storeBlob(&reader, beginning: nil, announced, fileKey, header)
            return StoredPayload(byteCount: reader.byteCount, checksums: try reader.finish(), place: place)
        }
        // One more byte, to see whether there is one.
        let capacity = Int(announced ?? UInt64(Self.maximumInlineByteCount)) + 1
        let buffer = SecretBuffer(byteCount: PayloadLayout.nonceByteCount + capacity + PayloadLayout.tagByteCount)
        let count = try await reader.fill(buffer[PayloadLayout.nonceByteCount..<PayloadLayout.nonceByteCount + capacity])
        let place: PayloadPlace
        if count < capacity {
            try reader.requireWhole()
            place = .inline(try Self.seal(buffer, plaintextCount: count, fileKey))
        } else {
            let beginning = buffer[PayloadLayout.nonceByteCount..<PayloadLayout.nonceByteCount + count]
            place = try await storeBlob(&reader, beginning: UnsafeRawBufferPointer(beginning), announced, fileKey, header)
        }
        return StoredPayload(byteCount: reader.byteCount, checksums: try reader.finish(), place: place)
    }

    /// - Parameter buffer: Room for the nonce, the plaintext, and more.
    private static func seal(_ buffer: borrowing SecretBuffer, plaintextCount: Int, _ fileKey: borrowing FileKey) throws(ObjectStoreError)
        -> [UInt8]
    {
        let nonce = try [UInt8].random(PayloadLayout.nonceByteCount)
        buffer[0..<nonce.count].copyBytes(from: nonce)
        var cipher = try fileKey.cipher(nonce: nonce)
        do throws(KeyStoreError) {
            let count = try cipher.seal(
                buffer[nonce.count..<buffer.bytes.count], plaintextCount: plaintextCount, chunk: 0, isLast: true)
            return Array(buffer[0..<nonce.count + count])
        } catch {
            throw .cipher(error)
        }
    }

    private func storeBlob(
        _ reader: inout BodyReader, beginning: UnsafeRawBufferPointer?, _ announced: UInt64?, _ fileKey: borrowing FileKey,
        _ header: () throws(ObjectStoreError) -> [UInt8]
    ) async throws(ObjectStoreError) -> PayloadPlace {
        let header = try header()
        let blob = try NewBlob(in: folder)
        let sealing = try BlobSealing(blob, header: header, fileKey: fileKey, announcedByteCount: announced)
        let byteCount = try await sealing.run(&reader, beginning: beginning ?? UnsafeRawBufferPointer(start: nil, count: 0))
        try reader.requireWhole()
        try await blob.commit()
        return .blob(blob.name, headerByteCount: header.count, byteCount: byteCount, nonce: sealing.nonce)
    }
}
