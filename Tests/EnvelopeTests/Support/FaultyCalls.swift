import Envelope
import Glibc
import Synchronization
import SystemPackage

/// The system's calls, of which one fails.
final class FaultyCalls: FileCalls {
    enum Call: Hashable, Sendable, CaseIterable {
        case open, openAnonymous, openExclusively, status, read, write, setByteCount, setPermissions, setModificationTime, synchronize
        case linkAnonymous, link, rename, remove
    }

    private struct State {
        var count = 0
        var failed: Call?
        var opened = 0
        var closed = 0
    }

    private let system = SystemFileCalls()
    private let failing: Set<Call>
    private let failAt: Int
    private let errno: Errno
    private let supportsAnonymous: Bool
    private let supportsLinks: Bool
    /// Writes at most so many bytes at a time, and reads so many.
    private let shortCount: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - failAt: the number, from 1, of the call that fails, among those of `failing`; 0 for none.
    init(
        failAt: Int = 0, of failing: Set<Call> = Set(Call.allCases), with errno: Errno = .ioError, supportsAnonymous: Bool = true,
        supportsLinks: Bool = true, shortCount: Int = .max
    ) {
        self.failAt = failAt
        self.failing = failing
        self.errno = errno
        self.supportsAnonymous = supportsAnonymous
        self.supportsLinks = supportsLinks
        self.shortCount = shortCount
    }

    /// What failed, if it came to that.
    var failed: Call? { state.withLock { $0.failed } }
    var openCount: Int { state.withLock { $0.opened - $0.closed } }

    private func pass(_ call: Call) throws(Errno) {
        let fails = state.withLock { state in
            guard failing.contains(call) else { return false }
            state.count += 1
            guard state.count == failAt else { return false }
            state.failed = call
            return true
        }
        if fails { throw errno }
    }

    private func opened(_ descriptor: FileDescriptor) -> FileDescriptor {
        state.withLock { $0.opened += 1 }
        return descriptor
    }

    func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> FileDescriptor {
        try pass(.open)
        return opened(try system.open(path, flags))
    }

    func openAnonymous(in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        guard supportsAnonymous else { throw .notSupported }
        try pass(.openAnonymous)
        return opened(try system.openAnonymous(in: folder))
    }

    func openExclusively(_ name: String, in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        try pass(.openExclusively)
        return opened(try system.openExclusively(name, in: folder))
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
        guard shortCount < .max, var first = buffers.first(where: { $0.iov_len > 0 }) else {
            return try system.read(descriptor, into: buffers)
        }
        first.iov_len = min(first.iov_len, shortCount)
        return try one(first) { buffers throws(Errno) in try system.read(descriptor, into: buffers) }
    }

    func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int {
        try pass(.write)
        guard shortCount < .max, var first = buffers.first else { return try system.write(descriptor, from: buffers) }
        first.iov_len = min(first.iov_len, shortCount)
        return try one(first) { buffers throws(Errno) in try system.write(descriptor, from: buffers) }
    }

    func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int {
        try pass(.read)
        guard shortCount < .max, var first = buffers.first(where: { $0.iov_len > 0 }) else {
            return try system.read(descriptor, into: buffers, at: offset)
        }
        first.iov_len = min(first.iov_len, shortCount)
        return try one(first) { buffers throws(Errno) in try system.read(descriptor, into: buffers, at: offset) }
    }

    func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int {
        try pass(.write)
        guard shortCount < .max, var first = buffers.first else { return try system.write(descriptor, from: buffers, at: offset) }
        first.iov_len = min(first.iov_len, shortCount)
        return try one(first) { buffers throws(Errno) in try system.write(descriptor, from: buffers, at: offset) }
    }

    func setByteCount(_ descriptor: FileDescriptor, _ count: UInt64) throws(Errno) {
        try pass(.setByteCount)
        try system.setByteCount(descriptor, count)
    }

    func setModificationTime(_ descriptor: FileDescriptor, _ time: FileTime) throws(Errno) {
        try pass(.setModificationTime)
        try system.setModificationTime(descriptor, time)
    }

    private func one(_ entry: iovec, _ body: (UnsafeBufferPointer<iovec>) throws(Errno) -> Int) throws(Errno) -> Int {
        let list = UnsafeMutableBufferPointer<iovec>.allocate(capacity: 1)
        defer { list.deallocate() }
        list.initialize(repeating: entry)
        return try body(UnsafeBufferPointer(list))
    }

    func setPermissions(_ descriptor: FileDescriptor, _ permissions: mode_t) throws(Errno) {
        try pass(.setPermissions)
        try system.setPermissions(descriptor, permissions)
    }

    func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
        try pass(.synchronize)
        try system.synchronize(descriptor)
    }

    func linkAnonymous(_ descriptor: FileDescriptor, as name: String, in folder: FileDescriptor) throws(Errno) {
        try pass(.linkAnonymous)
        try system.linkAnonymous(descriptor, as: name, in: folder)
    }

    func link(_ name: String, as other: String, in folder: FileDescriptor) throws(Errno) {
        guard supportsLinks else { throw .notPermitted }
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

    func close(_ descriptor: FileDescriptor) {
        state.withLock { $0.closed += 1 }
        system.close(descriptor)
    }
}
