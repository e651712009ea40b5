import Envelope
import Glibc
import Synchronization
import SystemPackage

/// The system's calls, of which one fails when a test wants it to.
final class BlobFaults: FileCalls {
    enum Call: String, Hashable, Sendable, CaseIterable {
        case open, status, read, names
        case openNew, write, setAttributes, synchronize, link, rename, remove, makeFolder, truncate, lock, copy

        static let changing = Set(allCases.filter(\.isChanging))
        static let reading = Set(allCases).subtracting(changing)

        /// Whether it is a part of writing something.
        var isChanging: Bool {
            switch self {
            case .open, .status, .read, .names, .lock: false
            case .openNew, .write, .setAttributes, .synchronize, .link, .rename, .remove, .makeFolder, .truncate, .copy: true
            }
        }
    }

    /// - Parameter descriptor: of the file or folder that is synchronized; nil for other calls.
    typealias Observer = @Sendable (_ call: Call, _ isDone: Bool, _ descriptor: FileDescriptor?) -> Void

    private struct State {
        var failAt = 0
        var failing: Set<Call> = []
        var errno = Errno.ioError
        var isLasting = false
        var count = 0
        var failed: Call?
    }

    private let system = SystemFileCalls()
    private let observer: Observer?
    private let state = Mutex(State())

    init(observer: Observer? = nil) { self.observer = observer }

    /// Lets the n-th of these calls from now on fail; 0 for none.
    func arm(failAt number: Int, of failing: Set<Call> = Set(Call.allCases), with errno: Errno = .ioError, isLasting: Bool = false) {
        state.withLock { $0 = State(failAt: number, failing: failing, errno: errno, isLasting: isLasting) }
    }

    func disarm() { arm(failAt: 0) }

    var count: Int { state.withLock { $0.count } }
    var failed: Call? { state.withLock { $0.failed } }

    private func pass(_ call: Call, _ descriptor: FileDescriptor? = nil) throws(Errno) {
        let errno: Errno? = state.withLock { state in
            guard state.failing.contains(call) else { return nil }
            state.count += 1
            guard state.count == state.failAt || (state.isLasting && state.failed != nil) else { return nil }
            state.failed = state.failed ?? call
            return state.errno
        }
        if let errno { throw errno }
        observer?(call, false, descriptor)
    }

    func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> FileDescriptor {
        try pass(.open)
        return try system.open(path, flags)
    }

    func openAnonymous(in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        try pass(.openNew)
        return try system.openAnonymous(in: folder)
    }

    func openExclusively(_ name: String, in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        try pass(.openNew)
        return try system.openExclusively(name, in: folder)
    }

    func status(of descriptor: FileDescriptor) throws(Errno) -> FileStatus {
        try pass(.status)
        return try system.status(of: descriptor)
    }

    func status(at path: FilePath) throws(Errno) -> FileStatus {
        try pass(.status)
        return try system.status(at: path)
    }

    func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int {
        try pass(.read)
        return try system.read(descriptor, into: buffers)
    }

    func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int {
        try pass(.write)
        return try system.write(descriptor, from: buffers)
    }

    func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int {
        try pass(.read)
        return try system.read(descriptor, into: buffers, at: offset)
    }

    func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int {
        try pass(.write)
        return try system.write(descriptor, from: buffers, at: offset)
    }

    func setPermissions(_ descriptor: FileDescriptor, _ permissions: mode_t) throws(Errno) {
        try pass(.setAttributes)
        try system.setPermissions(descriptor, permissions)
    }

    func setModificationTime(_ descriptor: FileDescriptor, _ time: FileTime) throws(Errno) {
        try pass(.setAttributes)
        try system.setModificationTime(descriptor, time)
    }

    func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
        try pass(.synchronize, descriptor)
        try system.synchronize(descriptor)
        observer?(.synchronize, true, descriptor)
    }

    func linkAnonymous(_ descriptor: FileDescriptor, as name: String, in folder: FileDescriptor) throws(Errno) {
        try pass(.link)
        try system.linkAnonymous(descriptor, as: name, in: folder)
    }

    func link(_ name: String, as other: String, in folder: FileDescriptor) throws(Errno) {
        try pass(.link)
        try system.link(name, as: other, in: folder)
    }

    func rename(_ name: String, to other: String, in folder: FileDescriptor) throws(Errno) {
        try pass(.rename)
        try system.rename(name, to: other, in: folder)
    }

    func remove(_ name: String, in folder: FileDescriptor) throws(Errno) {
        try pass(.remove)
        try system.remove(name, in: folder)
    }

    func close(_ descriptor: FileDescriptor) { system.close(descriptor) }
    func waitUntilReady(_ descriptor: FileDescriptor, toWrite: Bool) { system.waitUntilReady(descriptor, toWrite: toWrite) }

    func makeFolder(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.makeFolder)
        try system.makeFolder(name, in: folder)
    }
}

// MARK: By folder and name

extension BlobFaults {
    func open(_ name: FilePath.Component, in folder: FileDescriptor, _ flags: CInt) throws(Errno) -> FileDescriptor {
        try pass(.open)
        return try system.open(name, in: folder, flags)
    }

    func status(of name: FilePath.Component, in folder: FileDescriptor) throws(Errno) -> FileStatus {
        try pass(.status)
        return try system.status(of: name, in: folder)
    }

    func names(in folder: FileDescriptor, atMost bound: Int) throws(Errno) -> [FilePath.Component]? {
        try pass(.names)
        return try system.names(in: folder, atMost: bound)
    }

    func openExclusively(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        try pass(.openNew)
        return try system.openExclusively(name, in: folder)
    }

    func linkAnonymous(_ descriptor: FileDescriptor, as name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.link)
        try system.linkAnonymous(descriptor, as: name, in: folder)
    }

    func link(_ name: String, as other: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.link)
        try system.link(name, as: other, in: folder)
    }

    func rename(_ name: String, to other: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.rename)
        try system.rename(name, to: other, in: folder)
    }

    func remove(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.remove)
        try system.remove(name, in: folder)
    }

    func move(
        _ name: FilePath.Component, in folder: FileDescriptor, to other: FilePath.Component, in otherFolder: FileDescriptor
    ) throws(Errno) {
        try pass(.rename)
        try system.move(name, in: folder, to: other, in: otherFolder)
    }

    func setOwner(_ descriptor: FileDescriptor, _ user: UInt32, _ group: UInt32) throws(Errno) {
        try pass(.setAttributes)
        try system.setOwner(descriptor, user, group)
    }
}

// MARK: By position

extension BlobFaults {
    func read(_ descriptor: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(Errno) -> Int {
        try pass(.read)
        return try system.read(descriptor, into: buffer, at: position)
    }

    func write(_ descriptor: FileDescriptor, from buffer: UnsafeRawBufferPointer, at position: UInt64) throws(Errno) -> Int {
        do throws(Errno) {
            try pass(.write)
        } catch {
            // What a failing disk may have taken of it.
            if buffer.count > 1 {
                _ = try system.write(descriptor, from: UnsafeRawBufferPointer(rebasing: buffer.prefix(buffer.count / 2)), at: position)
            }
            throw error
        }
        return try system.write(descriptor, from: buffer, at: position)
    }

    func truncate(_ descriptor: FileDescriptor, to byteCount: UInt64) throws(Errno) {
        try pass(.truncate)
        try system.truncate(descriptor, to: byteCount)
    }

    func synchronizeData(_ descriptor: FileDescriptor) throws(Errno) {
        try pass(.synchronize, descriptor)
        try system.synchronizeData(descriptor)
        observer?(.synchronize, true, descriptor)
    }

    func startWriteback(_ descriptor: FileDescriptor, _ range: Range<UInt64>) { system.startWriteback(descriptor, range) }

    func lock(_ descriptor: FileDescriptor) throws(Errno) -> Bool {
        try pass(.lock)
        return try system.lock(descriptor)
    }

    func unlock(_ descriptor: FileDescriptor) { system.unlock(descriptor) }

    func clone(_ source: FileDescriptor, from position: UInt64, to target: FileDescriptor, at targetPosition: UInt64) throws(Errno) {
        try pass(.copy)
        try system.clone(source, from: position, to: target, at: targetPosition)
    }

    func copy(
        _ source: FileDescriptor, from position: UInt64, to target: FileDescriptor, at targetPosition: UInt64, byteCount: Int
    ) throws(Errno) -> Int {
        try pass(.copy)
        return try system.copy(source, from: position, to: target, at: targetPosition, byteCount: byteCount)
    }
}
