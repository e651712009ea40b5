import AgeFormat
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finishes what an interrupted run has begun, from its journal.
struct JournalRecovery {
    let root: OpenFolder
    /// The root, for errors.
    let path: FilePath
    private var calls: any FileCalls { root.calls }

    init(root: OpenFolder, path: FilePath) {
        self.root = root
        self.path = path
    }

    /// Brings one file to its new header if it has neither that nor the old one. A file that has one is only read.
    ///
    /// - Returns: nil when there was nothing to do.
    /// - Throws: `outputFailed` and the like, `inUse`: the file may need its header still.
    func recover(_ change: RewrapJournal.Change) throws(EnvelopeError) -> RewrapRecovery? {
        guard change.old.count == change.new.count, Self.isHeader(change.old), Self.isHeader(change.new) else { return nil }
        do throws(Errno) {
            guard let source = try open(change.path, O_RDONLY) else { return nil }
            defer { calls.close(source) }
            let need = try need(of: source, change)
            guard need == .completed else { return need }
            return try complete(change)
        } catch {
            let name = path.pushing(change.path).string
            throw EnvelopeError(
                error == .wouldBlock ? .inUse : EnvelopeError.writing(name, error).code,
                "\(name): may have been left half written by an interrupted run, and could not be made whole (\(error)); "
                    + "the journal has its header still: run it again", errno: error)
        }
    }

    private func complete(_ change: RewrapJournal.Change) throws(Errno) -> RewrapRecovery? {
        guard let target = try open(change.path, O_RDWR) else { return nil }
        defer {
            calls.unlock(target)
            calls.close(target)
        }
        // A run over a folder above may be at work on the file.
        guard try calls.lock(target) else { throw .wouldBlock }
        let need = try need(of: target, change)
        guard need == .completed else { return need }
        try calls.writeBytes(change.new, to: target, at: 0)
        try calls.synchronizeData(target)
        return .completed
    }

    /// What has to be told of a file: `completed` when it first has to be done.
    private func need(of descriptor: FileDescriptor, _ change: RewrapJournal.Change) throws(Errno) -> RewrapRecovery? {
        let front = try calls.readBytes(change.new.count, of: descriptor, at: 0)
        if front == change.old { return nil }
        if front == change.new {
            // The run that wrote it may have ended before it was on the disk, and the journal is about to forget it.
            try calls.synchronizeData(descriptor)
            return nil
        }
        if Self.isMixture(front, change.old, change.new) { return .completed }
        return Self.beginsWithHeader(try calls.readBytes(AgeHeader.maximumByteCount, of: descriptor, at: 0)) ? .changedSince : .headerLost
    }

    /// Nil when there is no such file any more.
    private func open(_ path: FilePath, _ flags: CInt) throws(Errno) -> FileDescriptor? {
        do throws(Errno) {
            var folder = root
            for name in path.components.dropLast() { folder = try folder.folder(name) }
            guard let name = path.lastComponent else { return nil }
            let descriptor = try calls.open(name, in: folder.descriptor, flags | O_NONBLOCK | O_NOCTTY)
            do throws(Errno) {
                if try calls.status(of: descriptor).kind == .regular { return descriptor }
                calls.close(descriptor)
                return nil
            } catch {
                calls.close(descriptor)
                throw error
            }
        } catch {
            guard [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels, .isDirectory].contains(error) else { throw error }
            return nil
        }
    }

    private static func isHeader(_ bytes: [UInt8]) -> Bool { headerByteCount(bytes) == bytes.count }

    private static func beginsWithHeader(_ bytes: [UInt8]) -> Bool { headerByteCount(bytes) != nil }

    private static func headerByteCount(_ bytes: [UInt8]) -> Int? {
        do throws(AgeFormatError) {
            return try unsafe AgeHeader.parse(bytes.span.bytes)?.byteCount
        } catch {
            return nil
        }
    }

    /// What a write that was cut short leaves: each byte is the old or the new one.
    private static func isMixture(_ bytes: [UInt8], _ old: [UInt8], _ new: [UInt8]) -> Bool {
        bytes.count == new.count && bytes.indices.allSatisfy { bytes[$0] == old[$0] || bytes[$0] == new[$0] }
    }
}
