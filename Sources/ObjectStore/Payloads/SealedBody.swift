import Synchronization

/// An object of one payload as the age file that it is: a header, and behind it the payload as it is stored.
///
/// Nothing is opened, so that nothing but the size is checked: whoever opens the file will see whether it is authentic.
final class SealedBody: ObjectBody {
    let byteCount: UInt64?
    private let header: [UInt8]
    private let bytes: StoredBytes
    /// Of the next byte, header included.
    private let position = Mutex<UInt64>(0)

    /// - Parameters:
    ///   - header: Without the nonce.
    ///   - objectName: Stands for the object in errors.
    /// - Throws: `DamagedObject`, `isMissingBlob` among them.
    init(header: [UInt8], _ place: PayloadPlace, folder: BlobFolder, objectName: String) throws(ObjectStoreError) {
        let bytes = try StoredBytes(place, in: folder, objectName: objectName)
        try bytes.requireEnd()
        guard bytes.byteCount >= bytes.chunksStart else { throw .damaged(objectName, "its payload has no nonce") }
        self.header = header
        self.bytes = bytes
        byteCount = UInt64(header.count) + bytes.byteCount - bytes.nonceStart
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        try position.withLock { position throws(ObjectStoreError) in
            if position < UInt64(header.count) {
                let part = header[Int(position)...].prefix(buffer.count)
                buffer.copyBytes(from: part)
                position += UInt64(part.count)
                return part.count
            }
            let start = bytes.nonceStart + position - UInt64(header.count)
            let count = Int(min(UInt64(buffer.count), bytes.byteCount - start))
            try bytes.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: start)
            position += UInt64(count)
            return count
        }
    }
}
