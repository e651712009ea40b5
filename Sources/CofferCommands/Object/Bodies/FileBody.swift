import Envelope
import ObjectStore
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The bytes of a file, or of a descriptor from where it stands.
///
/// How many there are is looked up when it is opened; a file that turns out to have more or less when it is read was changed meanwhile, and
/// what was read of it is not a copy of anything.
final class FileBody: ObjectBody {
    /// How long a pipe is waited for at a time, in milliseconds: nothing else ends a read of which nobody writes the other end.
    private static let waitMilliseconds: Int32 = 100

    private struct State {
        var readCount: UInt64 = 0
        var isAtEnd = false
    }

    /// nil for a pipe, and what only reading tells.
    let byteCount: UInt64?
    private let descriptor: FileDescriptor
    private let isOwn: Bool
    private let name: String
    private let state = Mutex(State())

    /// Opens a file that a person named.
    /// - Parameter promised: how many bytes there have to be; nil for as many as there are.
    convenience init(_ path: FilePath, promising promised: UInt64? = nil) throws {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch Errno.noSuchFileOrDirectory {
            throw CommandError(.fileNotFound, "\(path): no such file")
        } catch {
            throw CommandError(.fileUnavailable, "\(path): cannot be read: \(error)")
        }
        try self.init(descriptor, isOwn: true, name: path.string, promising: promised)
    }

    /// Opens a file that was found in a folder.
    convenience init(_ file: LocatedFile) throws {
        try self.init(file.open(), isOwn: true, name: file.path.string, promising: nil)
    }

    /// Reads a descriptor to its end and does not close it.
    convenience init(_ descriptor: FileDescriptor, name: String, promising promised: UInt64? = nil) throws {
        try self.init(descriptor, isOwn: false, name: name, promising: promised)
    }

    private init(_ descriptor: FileDescriptor, isOwn: Bool, name: String, promising promised: UInt64?) throws {
        self.descriptor = descriptor
        self.isOwn = isOwn
        self.name = name
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else {
            byteCount = nil
            throw CommandError(.fileUnavailable, "\(name): \(Errno(rawValue: errno))")
        }
        byteCount = Self.byteCount(of: descriptor, status) ?? promised
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw CommandError(.usage, "\(name): is a directory", hint: "`coffer cp --recursive` stores all files of a folder")
        }
    }

    deinit {
        // It was only read from: there is nothing that closing could lose.
        if isOwn { close(descriptor.rawValue) }
    }

    private static func byteCount(of descriptor: FileDescriptor, _ status: stat) -> UInt64? {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let position = lseek(descriptor.rawValue, 0, SEEK_CUR)
        guard position >= 0 else { return nil }
        // Some systems show files without a size that have content nevertheless (/proc).
        var byte: UInt8 = 0
        guard status.st_size > 0 || pread(descriptor.rawValue, &byte, 1, 0) == 0 else { return nil }
        return UInt64(max(0, Int64(status.st_size) - Int64(position)))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        let (read, isAtEnd) = state.withLock { ($0.readCount, $0.isAtEnd) }
        guard !isAtEnd, !buffer.isEmpty else { return 0 }
        try requireGoingOn()
        if let byteCount, read == byteCount { return try finish() }
        if self.byteCount == nil { try waitForInput() }
        // Not beyond what was promised, so that whoever asks for the rest in one go is told of more than that, too.
        let room = byteCount.map { Int(min(UInt64(buffer.count), $0 - read)) } ?? buffer.count
        let count = try readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
        guard count > 0 || byteCount == nil else { throw changed(to: "\(read) bytes") }
        // Ctrl-C also ends who writes into the pipe: then its end is not the end of what was to be stored.
        if count == 0 { try requireGoingOn() }
        state.withLock { state in
            state.readCount += UInt64(count)
            state.isAtEnd = count == 0
        }
        return count
    }

    /// All promised bytes were read: there must be none behind them.
    private func finish() throws(ObjectStoreError) -> Int {
        var byte: UInt8 = 0
        let more = try withUnsafeMutableBytes(of: &byte) { buffer throws(ObjectStoreError) in try readSome(into: buffer) }
        guard more == 0 else { throw changed(to: "more") }
        state.withLock { $0.isAtEnd = true }
        return 0
    }

    private func requireGoingOn() throws(ObjectStoreError) {
        guard !Task.isCancelled else { throw ObjectStoreError(.cancelled) }
    }

    private func waitForInput() throws(ObjectStoreError) {
        var status = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        // Errors are for the read to tell.
        while poll(&status, 1, Self.waitMilliseconds) == 0 || (status.revents == 0 && errno == EINTR) { try requireGoingOn() }
    }

    private func readSome(into buffer: UnsafeMutableRawBufferPointer) throws(ObjectStoreError) -> Int {
        do throws(Errno) {
            return try descriptor.readSome(into: buffer)
        } catch {
            throw ObjectStoreError(.incompleteBody, "\(name): cannot be read: \(error)")
        }
    }

    private func changed(to what: String) -> ObjectStoreError {
        ObjectStoreError(.incompleteBody, "\(name): had \(byteCount ?? 0) bytes when it was opened, and now has \(what)")
    }
}
