import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether what the store says is on the disk can be believed.
///
/// After a write or a synchronization failed, nobody knows which pages the disk has: the kernel drops what it could not write, and the next
/// synchronization succeeds (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020). So a failure ends all
/// writing, by every process, until `coffer store check` has looked at what is there.
final class StoreHealth: Sendable {
    private let mark: String
    private let hasFailed = AtomicFlag()

    /// - Parameter folder: of the store.
    init(folder: FilePath) { mark = folder.appending("objects.failed").string }

    /// - Throws: `StoreReadOnly`.
    func requireWritable() throws(ObjectStoreError) {
        guard hasFailed.isSet || access(mark, F_OK) == 0 else { return }
        throw ObjectStoreError(.storeReadOnly, "The object store takes no writes, because its disk failed to write before.")
    }

    /// Remembers that writing failed; other errors mean nothing.
    func note(_ error: ObjectStoreError) {
        guard error.isWriteFailure else { return }
        hasFailed.set()
        // For other processes. If the disk takes no new file either, they will find out by themselves.
        let descriptor = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// All that is there was found to be as it should.
    func clear() throws(ObjectStoreError) {
        guard unlink(mark) == 0 || errno == ENOENT else {
            throw ObjectStoreError(.storeReadOnly, "\(mark) cannot be removed: \(Errno(rawValue: errno)).")
        }
        hasFailed.clear()
    }

    var isWritable: Bool { !hasFailed.isSet && access(mark, F_OK) != 0 }
}
