internal import KeyStore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The right to set a catalog up: of all that open one in a folder at the same time, one goes first.
///
/// Creating the file, switching it to WAL and migrating it must each happen once, and SQLite does not wait for its locks in all of these.
/// The lock is an advisory `flock` on the folder. It could not be one on the database: closing any descriptor of that file would
/// take away the locks that other connections of this process have on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
struct FolderLock: ~Copyable {
    private static let pauseMicroseconds: UInt32 = 500

    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Waits for its turn.
    ///
    /// - Parameter path: the absolute path of a file in the folder; it need not exist.
    static func acquire(folderOf path: String, timeoutSeconds: Double) throws(KeyStoreError) -> FolderLock {
        let descriptor = open(CatalogFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CatalogFile.failure("open the folder of", path) }
        let lock = FolderLock(descriptor: descriptor, path: path)
        try lock.wait(attempts: Int(timeoutSeconds * 1_000_000) / Int(pauseMicroseconds))
        return lock
    }

    private func wait(attempts: Int) throws(KeyStoreError) {
        var attemptsLeft = attempts
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw CatalogFile.failure("lock the folder of", path) }
            guard attemptsLeft > 0 else {
                throw KeyStoreError(
                    .unavailable, "cannot open the key catalog \(path): another process keeps its folder locked. Try again when it is done")
            }
            attemptsLeft -= 1
            usleep(FolderLock.pauseMicroseconds)
        }
    }

    /// Makes names in the folder durable. Without it a crash could take the name of a file whose content was already acknowledged.
    func synchronize() throws(KeyStoreError) {
        guard fsync(descriptor) == 0 else { throw CatalogFile.failure("make durable the folder of", path) }
    }

    /// Lets the next one go. Said aloud, so that the lock is seen to last until here.
    consuming func release() {}

    // Closing alone leaves the lock to a child that is being started at that moment.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
