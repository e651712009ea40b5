import Envelope
import Synchronization
import SystemPackage

/// A blob file that is being written. Until it is committed it has no name, and is gone with its last reference.
final class NewBlob: Sendable {
    let name: BlobName
    /// The disk gets to work whenever so many bytes are written. Measured: 1 MiB costs more than it gives, and 32 MiB leave more for the end.
    private static let writebackByteCount: UInt64 = 8 << 20

    private let folder: BlobFolder
    private let shard: OpenFolder
    private let descriptor: FileDescriptor
    private let file: Mutex<AtomicOutputFile>

    init(in folder: BlobFolder) throws(ObjectStoreError) {
        let name = try BlobName.random()
        let path = folder.path(of: name)
        let shard = try writing(path.string) { () throws(Errno) in try folder.openShard(of: name) }
        let file: AtomicOutputFile
        do throws(EnvelopeError) {
            file = try AtomicOutputFile(
                named: FilePath.Component(text: name.fileName), in: shard, path: path, overwrite: false, calls: folder.calls)
        } catch {
            throw .writing(path.string, error)
        }
        self.name = name
        self.folder = folder
        self.shard = shard
        self.descriptor = file.descriptor
        self.file = Mutex(file)
    }

    private var path: String { folder.path(of: name).string }

    /// Writes all of the bytes. Several threads may do so at once, in different places.
    func write(_ bytes: UnsafeRawBufferPointer, at position: UInt64) throws(ObjectStoreError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            do throws(Errno) {
                written += try folder.calls.write(descriptor, from: rest, at: position + UInt64(written))
            } catch {
                guard error == .interrupted else { throw .writing(path, error) }
            }
        }
        startWriteback(from: position, byteCount: bytes.count)
    }

    /// Lets the disk begin with what is written, so that little is left to wait for at the end.
    ///
    /// What other threads have not written yet of the same stretch is then left for the end.
    private func startWriteback(from position: UInt64, byteCount: Int) {
        let stretch = (position + UInt64(byteCount)) / Self.writebackByteCount
        guard stretch > position / Self.writebackByteCount else { return }
        folder.calls.startWriteback(descriptor, (stretch - 1) * Self.writebackByteCount..<stretch * Self.writebackByteCount)
    }

    /// Puts the file in its place, and waits until it is on the disk. On a failure there is none.
    func commit() async throws(ObjectStoreError) {
        try await folder.waitingForDisk { () throws(ObjectStoreError) in try self.commitNow() }
    }

    private func commitNow() throws(ObjectStoreError) {
        do throws(EnvelopeError) {
            try file.withLock { file throws(EnvelopeError) in try file.commit() }
        } catch {
            if error.code == .outputNotDurable { removeCommitted() }
            throw .writing(path, error)
        }
    }

    /// The file has its name already, and nobody will refer to it.
    private func removeCommitted() {
        do throws(ObjectStoreError) {
            try folder.remove(name)
        } catch {
            // Then it is left to the collector of what nobody refers to. The failure that led here is being reported.
        }
    }
}
