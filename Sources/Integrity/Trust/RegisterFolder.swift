import Envelope
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder of a checkpoint register: small files that are read whole and replaced whole.
struct RegisterFolder: Sendable {
    let path: FilePath
    let calls: any FileCalls

    private static let lockAttemptCount = 5000
    private static let lockPauseMicroseconds: UInt32 = 2000

    /// What a file holds; nil when it, or the folder, is not there.
    /// - Throws: `damaged` when it is no file or longer than a note; `unreadable`.
    func read(_ name: String) throws(IntegrityError) -> [UInt8]? {
        let file = path.appending(name)
        let bytes: [UInt8]?
        do throws(Errno) {
            bytes = try content(of: file)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw IntegrityError(
                .unreadable,
                "\(Array(file.string.utf8).visiblePath): this machine's record of the newest manifest cannot be read: \(error)",
                errno: error)
        }
        guard let bytes, bytes.count <= SignedNote.maximumByteCount else {
            throw IntegrityError(
                .damaged,
                "\(Array(file.string.utf8).visiblePath): this machine's record of the newest manifest is no file of at most "
                    + "\(SignedNote.maximumByteCount) bytes; find out who changed it before you remove it")
        }
        return bytes
    }

    /// nil for what is no regular file; one byte more than a note has at most tells one that is too long.
    private func content(of file: FilePath) throws(Errno) -> [UInt8]? {
        // A pipe in the file's place must not let this wait.
        let descriptor = try calls.open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        defer { calls.close(descriptor) }
        guard try calls.status(of: descriptor).kind == .regular else { return nil }
        return try calls.readBytes(SignedNote.maximumByteCount + 1, of: descriptor, at: 0)
    }

    /// Replaces a file at once, and returns when the disk has it.
    func write(_ bytes: [UInt8], to name: String) throws(IntegrityError) {
        let file = path.appending(name)
        do {
            var output = try AtomicOutputFile(at: file, overwrite: true, calls: calls)
            try calls.writeBytes(bytes, to: output.descriptor, at: 0)
            try output.commit()
        } catch let error as EnvelopeError {
            throw IntegrityError(.unwritable, "the newest manifest cannot be remembered: \(error.message)", errno: error.errno)
        } catch {
            throw IntegrityError(
                .unwritable, "the newest manifest cannot be remembered in \(Array(file.string.utf8).visiblePath): \(error)",
                errno: error as? Errno)
        }
    }

    // MARK: One at a time

    /// Waits, for ten seconds at most, until no other process writes, and makes the folder if it is not there.
    /// - Returns: what to `unlock`.
    /// - Throws: `unwritable`; `damaged` when others may write in the folder.
    func lock() throws(IntegrityError) -> FileDescriptor {
        let descriptor: FileDescriptor
        do throws(Errno) {
            descriptor = try openOrMake()
        } catch {
            throw cannotRemember(error)
        }
        do throws(IntegrityError) {
            try requirePrivacy(descriptor)
            try wait(for: descriptor)
        } catch {
            calls.close(descriptor)
            throw error
        }
        return descriptor
    }

    func unlock(_ descriptor: FileDescriptor) {
        calls.unlock(descriptor)
        calls.close(descriptor)
    }

    private func requirePrivacy(_ descriptor: FileDescriptor) throws(IntegrityError) {
        let permissions: mode_t
        do throws(Errno) {
            permissions = try calls.status(of: descriptor).permissions
        } catch {
            throw cannotRemember(error)
        }
        guard permissions & 0o022 == 0 else {
            throw IntegrityError(
                .damaged,
                "\(Array(path.string.utf8).visiblePath): others can write in this folder, and so make this machine forget the newest "
                    + "manifest; take that from them with chmod go-w")
        }
    }

    private func wait(for descriptor: FileDescriptor) throws(IntegrityError) {
        do throws(Errno) {
            for _ in 0..<Self.lockAttemptCount {
                if try calls.lock(descriptor) { return }
                usleep(Self.lockPauseMicroseconds)
            }
        } catch {
            throw cannotRemember(error)
        }
        throw IntegrityError(
            .unwritable, "\(Array(path.string.utf8).visiblePath): another process keeps this folder locked; try again when it is done")
    }

    private func cannotRemember(_ error: Errno) -> IntegrityError {
        IntegrityError(
            .unwritable, "\(Array(path.string.utf8).visiblePath): the newest manifest cannot be remembered in this folder: \(error)",
            errno: error)
    }

    private func openOrMake() throws(Errno) -> FileDescriptor {
        do throws(Errno) {
            return try calls.open(path, O_RDONLY | O_DIRECTORY)
        } catch .noSuchFileOrDirectory {
            try make()
            return try calls.open(path, O_RDONLY | O_DIRECTORY)
        }
    }

    private func make() throws(Errno) {
        guard let name = path.lastComponent else { throw .noSuchFileOrDirectory }
        let parent = path.removingLastComponent()
        let above = try calls.open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY)
        defer { calls.close(above) }
        do throws(Errno) {
            try calls.makeFolder(name, in: above)
        } catch .fileExists {
            return
        }
        try calls.synchronize(above)
    }
}
