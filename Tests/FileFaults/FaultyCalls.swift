package import Envelope
package import Glibc
import Synchronization
package import SystemPackage

/// The system's calls, of which one fails.
package final class FaultyCalls: FileCalls {
    package enum Call: Hashable, Sendable, CaseIterable {
        case open, openAnonymous, openExclusively, status, read, write, setPermissions, setModificationTime, synchronize
        case linkAnonymous, link, rename, remove
        case makeFolder, names, setOwner, readAt, writeAt, truncate, synchronizeData, lock, clone, copy
    }

    private struct State {
        var count = 0
        var failed: Call?
        var opened = 0
        var closed = 0
    }

    fileprivate let system = SystemFileCalls()
    private let failing: Set<Call>
    private let failAt: Int
    private let errno: Errno
    private let supportsAnonymous: Bool
    fileprivate let supportsLinks: Bool
    fileprivate let supportsCopying: Bool
    /// Whether a positioned write that fails has written half.
    fileprivate let tearsWrites: Bool
    /// Whether all calls after the one that fails do so too, as for a process that died there.
    private let dies: Bool
    /// Writes at most so many bytes at a time, and reads so many.
    fileprivate let shortCount: Int
    /// Names of files that may only be read.
    fileprivate let readOnlyNames: Set<String>
    /// Something that happens just before a call.
    private let before: @Sendable (Call) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - failAt: the number, from 1, of the call that fails, among those of `failing`; 0 for none.
    package init(
        failAt: Int = 0, of failing: Set<Call> = Set(Call.allCases), with errno: Errno = .ioError, supportsAnonymous: Bool = true,
        supportsLinks: Bool = true, supportsCopying: Bool = true, tearsWrites: Bool = false, dies: Bool = false, shortCount: Int = .max,
        readOnlyNames: Set<String> = [], before: @escaping @Sendable (Call) -> Void = { _ in }
    ) {
        self.failAt = failAt
        self.failing = failing
        self.errno = errno
        self.supportsAnonymous = supportsAnonymous
        self.supportsLinks = supportsLinks
        self.supportsCopying = supportsCopying
        self.tearsWrites = tearsWrites
        self.dies = dies
        self.shortCount = shortCount
        self.readOnlyNames = readOnlyNames
        self.before = before
    }

    /// What failed, if it came to that.
    package var failed: Call? { state.withLock { $0.failed } }
    package var openCount: Int { state.withLock { $0.opened - $0.closed } }

    fileprivate func pass(_ call: Call) throws(Errno) {
        before(call)
        let fails = state.withLock { state in
            if dies, state.failed != nil { return true }
            guard failing.contains(call) else { return false }
            state.count += 1
            guard state.count == failAt else { return false }
            state.failed = call
            return true
        }
        if fails { throw errno }
    }

    fileprivate func opened(_ descriptor: FileDescriptor) -> FileDescriptor {
        state.withLock { $0.opened += 1 }
        return descriptor
    }

    package func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> FileDescriptor {
        try pass(.open)
        return opened(try system.open(path, flags))
    }

    package func openAnonymous(in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        guard supportsAnonymous else { throw .notSupported }
        try pass(.openAnonymous)
        return opened(try system.openAnonymous(in: folder))
    }

    package func openExclusively(_ name: String, in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        try pass(.openExclusively)
        return opened(try system.openExclusively(name, in: folder))
    }

    package func status(of descriptor: FileDescriptor) throws(Errno) -> FileStatus {
        try pass(.status)
        return try system.status(of: descriptor)
    }

    package func status(at path: FilePath) throws(Errno) -> FileStatus {
        try pass(.status)
        return try system.status(at: path)
    }

    package func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int {
        try pass(.read)
        guard shortCount < .max, var first = buffers.first(where: { $0.iov_len > 0 }) else {
            return try system.read(descriptor, into: buffers)
        }
        first.iov_len = min(first.iov_len, shortCount)
        return try one(first) { buffers throws(Errno) in try system.read(descriptor, into: buffers) }
    }

    package func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>) throws(Errno) -> Int {
        try pass(.write)
        guard shortCount < .max, var first = buffers.first else { return try system.write(descriptor, from: buffers) }
        first.iov_len = min(first.iov_len, shortCount)
        return try one(first) { buffers throws(Errno) in try system.write(descriptor, from: buffers) }
    }

    package func read(_ descriptor: FileDescriptor, into buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int {
        try pass(.read)
        guard shortCount < .max, var first = buffers.first(where: { $0.iov_len > 0 }) else {
            return try system.read(descriptor, into: buffers, at: offset)
        }
        first.iov_len = min(first.iov_len, shortCount)
        return try one(first) { buffers throws(Errno) in try system.read(descriptor, into: buffers, at: offset) }
    }

    package func write(_ descriptor: FileDescriptor, from buffers: UnsafeBufferPointer<iovec>, at offset: UInt64) throws(Errno) -> Int {
        try pass(.write)
        guard shortCount < .max, var first = buffers.first else { return try system.write(descriptor, from: buffers, at: offset) }
        first.iov_len = min(first.iov_len, shortCount)
        return try one(first) { buffers throws(Errno) in try system.write(descriptor, from: buffers, at: offset) }
    }

    package func setModificationTime(_ descriptor: FileDescriptor, _ time: FileTime) throws(Errno) {
        try pass(.setModificationTime)
        try system.setModificationTime(descriptor, time)
    }

    package func waitUntilReady(_ descriptor: FileDescriptor, toWrite: Bool) { system.waitUntilReady(descriptor, toWrite: toWrite) }

    package func makeFolder(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.makeFolder)
        try system.makeFolder(name, in: folder)
    }

    private func one(_ entry: iovec, _ body: (UnsafeBufferPointer<iovec>) throws(Errno) -> Int) throws(Errno) -> Int {
        let list = UnsafeMutableBufferPointer<iovec>.allocate(capacity: 1)
        defer { list.deallocate() }
        list.initialize(repeating: entry)
        return try body(UnsafeBufferPointer(list))
    }

    package func setPermissions(_ descriptor: FileDescriptor, _ permissions: mode_t) throws(Errno) {
        try pass(.setPermissions)
        try system.setPermissions(descriptor, permissions)
    }

    package func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
        try pass(.synchronize)
        try system.synchronize(descriptor)
    }

    package func linkAnonymous(_ descriptor: FileDescriptor, as name: String, in folder: FileDescriptor) throws(Errno) {
        try pass(.linkAnonymous)
        try system.linkAnonymous(descriptor, as: name, in: folder)
    }

    package func link(_ name: String, as other: String, in folder: FileDescriptor) throws(Errno) {
        guard supportsLinks else { throw .notPermitted }
        try pass(.link)
        try system.link(name, as: other, in: folder)
    }

    package func rename(_ name: String, to other: String, in folder: FileDescriptor) throws(Errno) {
        try pass(.rename)
        try system.rename(name, to: other, in: folder)
    }

    package func remove(_ name: String, in folder: FileDescriptor) throws(Errno) {
        try pass(.remove)
        try system.remove(name, in: folder)
    }

    package func close(_ descriptor: FileDescriptor) {
        state.withLock { $0.closed += 1 }
        system.close(descriptor)
    }
}

// MARK: By folder and name

extension FaultyCalls {
    package func open(_ name: FilePath.Component, in folder: FileDescriptor, _ flags: CInt) throws(Errno) -> FileDescriptor {
        try pass(.open)
        if readOnlyNames.contains(name.string), flags & O_ACCMODE != O_RDONLY { throw .permissionDenied }
        return opened(try system.open(name, in: folder, flags))
    }

    package func status(of name: FilePath.Component, in folder: FileDescriptor) throws(Errno) -> FileStatus {
        try pass(.status)
        return try system.status(of: name, in: folder)
    }

    package func names(in folder: FileDescriptor, atMost bound: Int) throws(Errno) -> [FilePath.Component]? {
        try pass(.names)
        return try system.names(in: folder, atMost: bound)
    }

    package func openExclusively(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) -> FileDescriptor {
        try pass(.openExclusively)
        return opened(try system.openExclusively(name, in: folder))
    }

    package func linkAnonymous(_ descriptor: FileDescriptor, as name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.linkAnonymous)
        try system.linkAnonymous(descriptor, as: name, in: folder)
    }

    package func link(_ name: String, as other: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        guard supportsLinks else { throw .notPermitted }
        try pass(.link)
        try system.link(name, as: other, in: folder)
    }

    package func rename(_ name: String, to other: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.rename)
        try system.rename(name, to: other, in: folder)
    }

    package func remove(_ name: FilePath.Component, in folder: FileDescriptor) throws(Errno) {
        try pass(.remove)
        try system.remove(name, in: folder)
    }

    package func move(
        _ name: FilePath.Component, in folder: FileDescriptor, to other: FilePath.Component, in otherFolder: FileDescriptor
    ) throws(Errno) {
        try pass(.rename)
        try system.move(name, in: folder, to: other, in: otherFolder)
    }

    package func setOwner(_ descriptor: FileDescriptor, _ user: UInt32, _ group: UInt32) throws(Errno) {
        try pass(.setOwner)
        try system.setOwner(descriptor, user, group)
    }
}

// MARK: By position

extension FaultyCalls {
    package func read(_ descriptor: FileDescriptor, into buffer: UnsafeMutableRawBufferPointer, at position: UInt64) throws(Errno) -> Int {
        try pass(.readAt)
        return try system.read(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(shortCount)), at: position)
    }

    package func write(_ descriptor: FileDescriptor, from buffer: UnsafeRawBufferPointer, at position: UInt64) throws(Errno) -> Int {
        do throws(Errno) {
            try pass(.writeAt)
        } catch {
            // What a crash leaves of a write: a part of it.
            if tearsWrites, buffer.count > 1 {
                _ = try system.write(descriptor, from: UnsafeRawBufferPointer(rebasing: buffer.prefix(buffer.count / 2)), at: position)
            }
            throw error
        }
        return try system.write(descriptor, from: UnsafeRawBufferPointer(rebasing: buffer.prefix(shortCount)), at: position)
    }

    package func truncate(_ descriptor: FileDescriptor, to byteCount: UInt64) throws(Errno) {
        try pass(.truncate)
        try system.truncate(descriptor, to: byteCount)
    }

    package func synchronizeData(_ descriptor: FileDescriptor) throws(Errno) {
        try pass(.synchronizeData)
        try system.synchronizeData(descriptor)
    }

    package func startWriteback(_ descriptor: FileDescriptor, _ range: Range<UInt64>) { system.startWriteback(descriptor, range) }

    package func lock(_ descriptor: FileDescriptor) throws(Errno) -> Bool {
        try pass(.lock)
        return try system.lock(descriptor)
    }

    /// As the end of a process does, whatever fails.
    package func unlock(_ descriptor: FileDescriptor) { system.unlock(descriptor) }

    package func clone(_ source: FileDescriptor, from position: UInt64, to target: FileDescriptor, at targetPosition: UInt64) throws(Errno)
    {
        guard supportsCopying else { throw .notSupported }
        try pass(.clone)
        try system.clone(source, from: position, to: target, at: targetPosition)
    }

    package func copy(
        _ source: FileDescriptor, from position: UInt64, to target: FileDescriptor, at targetPosition: UInt64, byteCount: Int
    ) throws(Errno) -> Int {
        guard supportsCopying else { throw .notSupported }
        try pass(.copy)
        return try system.copy(source, from: position, to: target, at: targetPosition, byteCount: min(byteCount, shortCount))
    }
}
