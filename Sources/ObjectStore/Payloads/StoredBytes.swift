import AgeFormat
import Envelope
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The stored bytes of a payload, open: as long as this lives they can be read, whoever removes the file.
final class StoredBytes: Sendable {
    private enum Source: Sendable {
        case inline([UInt8])
        case file(FileDescriptor, any FileCalls)
    }

    /// Stands for the object in errors.
    let objectName: String
    /// Where the nonce is.
    let nonceStart: UInt64
    /// Of everything that belongs to it: a whole file, or nonce and chunks.
    let byteCount: UInt64
    private let source: Source
    /// What the nonce has to be; nil where it is beside the chunks in one authentic row.
    private let expectedNonce: [UInt8]?

    /// - Throws: `DamagedObject` (`isMissingBlob`) when the file is not there, `StorageFailure`.
    init(_ place: PayloadPlace, in folder: BlobFolder, objectName: String) throws(ObjectStoreError) {
        self.objectName = objectName
        switch place {
        case .inline(let bytes):
            source = .inline(bytes)
            expectedNonce = nil
            nonceStart = 0
            byteCount = UInt64(bytes.count)
        case .blob(let name, let headerByteCount, let byteCount, let nonce):
            let descriptor = try reading(objectName) { () throws(Errno) in
                try folder.calls.open(folder.path(of: name), O_RDONLY | O_NOFOLLOW)
            }
            source = .file(descriptor, folder.calls)
            expectedNonce = nonce
            nonceStart = UInt64(headerByteCount)
            self.byteCount = byteCount
        }
    }

    deinit {
        if case .file(let descriptor, let calls) = source { calls.close(descriptor) }
    }

    /// Where the first chunk is.
    var chunksStart: UInt64 { nonceStart + UInt64(PayloadLayout.nonceByteCount) }

    /// In a file only.
    var file: FileDescriptor? {
        if case .file(let descriptor, _) = source { descriptor } else { nil }
    }

    /// Fills a buffer.
    /// - Throws: `DamagedObject` when there are not so many bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(ObjectStoreError) {
        switch source {
        case .inline(let bytes):
            guard position <= UInt64(bytes.count), buffer.count <= bytes.count - Int(position) else { throw cutOff() }
            buffer.copyBytes(from: bytes[Int(position)..<Int(position) + buffer.count])
        case .file(let descriptor, let calls):
            var filled = 0
            while filled < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                do throws(Errno) {
                    let count = try calls.read(descriptor, into: rest, at: position + UInt64(filled))
                    guard count > 0 else { break }
                    filled += count
                } catch {
                    guard error == .interrupted else { throw .reading(objectName, error) }
                }
            }
            guard filled == buffer.count else { throw cutOff() }
        }
    }

    /// - Throws: `DamagedObject` for the nonce of another payload.
    func readNonce() throws(ObjectStoreError) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: PayloadLayout.nonceByteCount)
        var span = nonce.mutableSpan
        try span.withUnsafeMutableBytes { buffer throws(ObjectStoreError) in try read(into: buffer, at: nonceStart) }
        guard expectedNonce.map({ $0 == nonce }) ?? true else { throw .damaged(objectName, "its payload is not the one that was stored") }
        return nonce
    }

    /// - Throws: `DamagedObject` when the bytes do not end where they are to end.
    func requireEnd() throws(ObjectStoreError) {
        guard case .file(let descriptor, let calls) = source else { return }
        let found = try reading(objectName) { () throws(Errno) in try calls.status(of: descriptor).byteCount }
        guard found >= byteCount else { throw cutOff() }
        guard found == byteCount else {
            throw .damaged(objectName, "something was added to its payload: it has \(found) bytes, not \(byteCount)")
        }
    }

    private func cutOff() -> ObjectStoreError { .damaged(objectName, "its payload is cut off: \(byteCount) bytes were stored") }
}
