import AgeFormat
import Envelope
import KeyStore

/// Authenticates every chunk of a payload, on all cores where there are many.
struct PayloadVerifier: Sendable {
    init() {}

    /// Blocks the thread until it is done.
    ///
    /// - Parameters:
    ///   - objectName: Stands for the object in errors.
    ///   - isCancelled: Asked for each half MiB or so.
    /// - Returns: The bytes of the plaintext.
    /// - Throws: `DamagedObject`, which names the chunk; `isMissingBlob` among them; `StorageFailure`, `Cancelled`.
    func verify(
        _ segment: PayloadSegment, fileKey: borrowing FileKey, folder: BlobFolder, objectName: String,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(ObjectStoreError) -> UInt64 {
        let bytes = try StoredBytes(segment.place, in: folder, objectName: objectName)
        guard let file = bytes.file else {
            return try verifyInline(segment, fileKey: fileKey, folder: folder, objectName: objectName)
        }
        try bytes.requireEnd()
        guard bytes.byteCount > bytes.chunksStart,
            bytes.byteCount - bytes.chunksStart == PayloadLayout.sealedByteCount(plaintext: segment.byteCount)
        else { throw .damaged(objectName, "its payload has not the size of \(segment.byteCount) bytes") }
        let cipher = try fileKey.cipher(nonce: bytes.readNonce())
        let verification = PayloadVerification(name: objectName, calls: folder.calls, monitor: WorkMonitor(isCancelled: isCancelled))
        // The file is open until then.
        defer { withExtendedLifetime(bytes) {} }
        do throws(EnvelopeError) {
            return try verification.run(
                file, start: bytes.chunksStart, sealedByteCount: bytes.byteCount - bytes.chunksStart, cipher: cipher)
        } catch {
            throw .verifying(objectName, error)
        }
    }

    private func verifyInline(
        _ segment: PayloadSegment, fileKey: borrowing FileKey, folder: BlobFolder, objectName: String
    ) throws(ObjectStoreError) -> UInt64 {
        let range = 0..<segment.byteCount
        let body = try PayloadBody([segment], range: range, fileKey: fileKey, folder: folder, objectName: objectName)
        let buffer = SecretBuffer(byteCount: PayloadLayout.chunkByteCount)
        var count: UInt64 = 0
        while true {
            let read = try body.readNow(into: buffer.bytes)
            guard read > 0 else { return count }
            count += UInt64(read)
        }
    }
}
