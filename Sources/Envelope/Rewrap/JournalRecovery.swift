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
    private var calls: any FileCalls { root.calls }

    init(root: OpenFolder) {
        self.root = root
    }

    /// Brings one file to its new header if it has neither that nor the old one.
    ///
    /// - Returns: nil when there was nothing to do.
    func recover(_ change: RewrapJournal.Change) throws(EnvelopeError) -> RewrapRecovery? {
        guard change.old.count == change.new.count, Self.isHeader(change.old), Self.isHeader(change.new) else { return nil }
        do throws(Errno) {
            guard let descriptor = try open(change.path) else { return nil }
            defer { calls.close(descriptor) }
            let front = try calls.readBytes(change.new.count, of: descriptor, at: 0)
            if front == change.new || front == change.old { return nil }
            guard Self.isMixture(front, change.old, change.new) else {
                return Self.beginsWithHeader(try calls.readBytes(AgeHeader.maximumByteCount, of: descriptor, at: 0))
                    ? .changedSince : .headerLost
            }
            try calls.writeBytes(change.new, to: descriptor, at: 0)
            try calls.synchronizeData(descriptor)
            return .completed
        } catch {
            throw .writing(change.path.string, error)
        }
    }

    /// Nil when there is no such file any more.
    private func open(_ path: FilePath) throws(Errno) -> FileDescriptor? {
        do throws(Errno) {
            var folder = root
            for name in path.components.dropLast() { folder = try folder.folder(name) }
            guard let name = path.lastComponent else { return nil }
            let descriptor = try calls.open(name, in: folder.descriptor, O_RDWR | O_NONBLOCK | O_NOCTTY)
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
