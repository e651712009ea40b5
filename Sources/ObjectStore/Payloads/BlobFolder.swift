import Dispatch
import Envelope
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder of blob files, each of which is a whole age file.
///
/// All access goes through `FileCalls`, so that tests can let any call fail.
final class BlobFolder: Sendable {
    let path: FilePath
    let calls: any FileCalls
    /// Which of the folders in it are known to be on the disk, by their byte.
    private let durableShards = Mutex<Set<UInt8>>([])
    /// For calls that wait for the disk: a thread of the cooperative pool must not.
    private let waiting = DispatchQueue(label: "coffer.blobs", attributes: .concurrent)

    init(path: FilePath, calls: any FileCalls) {
        self.path = path
        self.calls = calls
    }

    func path(of name: BlobName) -> FilePath { path.appending(name.shard).appending(name.fileName) }

    /// Makes the folder if there is none. Its name is on the disk when this returns, whoever made it.
    func prepare() throws(ObjectStoreError) {
        guard let name = path.lastComponent, name.kind == .regular else {
            throw ObjectStoreError(.internalError, "\(path) is not the name of a folder.")
        }
        try writing(path.string) { () throws(Errno) in
            let parent = try OpenFolder(path.removingLastComponent(), calls: calls)
            try makeFolder(name, in: parent)
        }
    }

    func exists() throws(ObjectStoreError) -> Bool {
        do throws(Errno) {
            _ = try calls.status(at: path)
            return true
        } catch {
            guard error == .noSuchFileOrDirectory else { throw .reading(path.string, error) }
            return false
        }
    }

    /// Whether there is a file in any of its folders.
    func holdsFiles() throws(ObjectStoreError) -> Bool {
        do throws(EnvelopeError) {
            for entry in try FileTree(path, calls: calls) { if case .file = entry { return true } }
            return false
        } catch {
            guard error.code == .inputNotFound else { throw ObjectStoreError(.storageFailure, error.message) }
            return false
        }
    }

    // MARK: One file

    /// Removes a file; one that is gone already is fine. Its absence may be undone by a crash.
    /// - Returns: whether it was there.
    @discardableResult
    func remove(_ name: BlobName) throws(ObjectStoreError) -> Bool {
        try writing(path(of: name).string) { () throws(Errno) in
            do throws(Errno) {
                let shard = try OpenFolder(path.appending(name.shard), calls: calls)
                try calls.remove(FilePath.Component(text: name.fileName), in: shard.descriptor)
                return true
            } catch {
                guard error == .noSuchFileOrDirectory else { throw error }
                return false
            }
        }
    }

    func exists(_ name: BlobName) throws(ObjectStoreError) -> Bool {
        try reading(path(of: name).string) { () throws(Errno) in
            do throws(Errno) {
                _ = try calls.status(at: path(of: name))
                return true
            } catch {
                guard error == .noSuchFileOrDirectory else { throw error }
                return false
            }
        }
    }

    /// Puts a header in the place of one of the same length, by one write within a page.
    ///
    /// - Parameter header: Without the nonce.
    func replaceHeader(of name: BlobName, with header: [UInt8]) throws(ObjectStoreError) {
        let path = path(of: name)
        guard try Self.isHeader(readHeader(of: name, byteCount: header.count)) else {
            throw .damaged(path.string, "there is no header of \(header.count) bytes in it")
        }
        try writing(path.string) { () throws(Errno) in
            let descriptor = try calls.open(path, O_WRONLY | O_NOFOLLOW)
            defer { calls.close(descriptor) }
            try calls.writeBytes(header, to: descriptor, at: 0)
            try calls.synchronize(descriptor)
        }
    }

    /// The bytes in front of the nonce.
    /// - Throws: `DamagedObject` for a file that has no more than these, or none (`isMissingBlob`).
    func readHeader(of name: BlobName, byteCount: Int) throws(ObjectStoreError) -> [UInt8] {
        let path = path(of: name)
        let bytes = try reading(path.string) { () throws(Errno) in
            let descriptor = try calls.open(path, O_RDONLY | O_NOFOLLOW)
            defer { calls.close(descriptor) }
            return try calls.readBytes(byteCount, of: descriptor, at: 0)
        }
        guard bytes.count == byteCount else { throw .damaged(path.string, "is cut off: it ends inside its header") }
        return bytes
    }

    /// Whether a header ends where these bytes do, as far as can be told without parsing it.
    private static func isHeader(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: "age-encryption.org/".utf8) && bytes.last == UInt8(ascii: "\n")
    }

    // MARK: Folders

    /// Opens the folder that a file is in, and makes it if there is none. Its own name is on the disk then.
    func openShard(of name: BlobName) throws(Errno) -> OpenFolder {
        let shardPath = path.appending(name.shard)
        if durableShards.withLock({ $0.contains(name.bytes[0]) }) {
            do throws(Errno) {
                return try OpenFolder(shardPath, calls: calls)
            } catch {
                // Somebody removes empty folders: it is made again.
                guard error == .noSuchFileOrDirectory else { throw error }
            }
        }
        try makeFolder(FilePath.Component(text: name.shard), in: OpenFolder(path, calls: calls))
        durableShards.withLock { _ = $0.insert(name.bytes[0]) }
        return try OpenFolder(shardPath, calls: calls)
    }

    /// Makes a folder unless it exists. Its name is on the disk when this returns: another process may have just made it.
    func makeFolder(_ name: FilePath.Component, in parent: OpenFolder) throws(Errno) {
        do throws(Errno) {
            try calls.makeFolder(name, in: parent.descriptor)
        } catch {
            guard error == .fileExists else { throw error }
        }
        try calls.synchronize(parent.descriptor)
    }

    /// Runs something that waits for the disk on a thread that may wait.
    func waitingForDisk<R: Sendable>(
        _ body: @escaping @Sendable () throws(ObjectStoreError) -> R
    ) async throws(ObjectStoreError) -> R {
        let outcome: Result<R, ObjectStoreError> = await withCheckedContinuation { continuation in
            waiting.async {
                do throws(ObjectStoreError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try outcome.get()
    }
}

extension FilePath.Component {
    /// A name that was made here, of digits and letters.
    init(text: String) {
        guard let component = FilePath.Component(text), component.kind == .regular else {
            preconditionFailure("the name of a file has no slash in it")
        }
        self = component
    }
}
