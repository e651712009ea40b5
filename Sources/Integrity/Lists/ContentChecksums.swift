internal import CIntegrityShims
public import Envelope
import OpenSSL
public import SystemPackage

/// What is to be read: a file by its path, whose bytes are taken as they are, or what is open already.
public enum ContentSource: Sendable {
    case path([UInt8])
    /// Read from where it stands, and not closed. `name` stands for it in errors.
    case descriptor(FileDescriptor, name: String)

    /// For people.
    public var name: String {
        switch self {
        case .path(let path): path.visiblePath
        case .descriptor(_, let name): name
        }
    }
}

/// The size and the checksums of a content.
public struct ContentChecksums: Sendable, Hashable {
    /// How much is read at once.
    private static let blockByteCount = 256 * 1024

    public let byteCount: UInt64
    /// In the order in which they were asked for.
    public let checksums: [ContentChecksum]

    /// Reads a content to its end, once; a file that somebody writes to meanwhile is read again, since checksums of a mixture of two
    /// contents say nothing of either.
    /// - Throws: `notFound` and `unreadable`, with the system's reason; `invalidArgument` for a folder; `changedMeanwhile`; `cancelled`.
    public init(
        of source: ContentSource, _ functions: [ChecksumFunction], monitor: WorkMonitor = WorkMonitor()
    ) throws(IntegrityError) {
        switch source {
        case .descriptor(let descriptor, let name): self = try Self.read(descriptor, name, functions, monitor)
        case .path(let path):
            let descriptor = try Self.open(path)
            do {
                self = try Self.read(descriptor, path.visiblePath, functions, monitor)
            } catch {
                // What went wrong first says more than what closing could add.
                _ = Self.failureOfClosing(descriptor)
                throw error
            }
            if let errno = Self.failureOfClosing(descriptor) { throw Self.failure(errno, path.visiblePath) }
        }
    }

    init(byteCount: UInt64, checksums: [ContentChecksum]) {
        self.byteCount = byteCount
        self.checksums = checksums
    }

    /// Reads until nobody changes a regular file meanwhile, or often enough. What comes from elsewhere comes once.
    private static func read(
        _ descriptor: FileDescriptor, _ name: String, _ functions: [ChecksumFunction], _ monitor: WorkMonitor
    ) throws(IntegrityError) -> Self {
        var before = try status(of: descriptor, name)
        guard before.type == .file else {
            var hasher = try ContentHasher(functions)
            _ = try read(descriptor, name, nil, into: &hasher, monitor)
            return try hasher.finalize()
        }
        let start = try position(of: descriptor, movedTo: 0, from: .current, name)
        for _ in 0...EntryStatus.maximumRereadCount {
            var hasher = try ContentHasher(functions)
            let isWhole = try read(descriptor, name, (start, before), into: &hasher, monitor)
            let after = try status(of: descriptor, name)
            if isWhole, before.isUntouched(after) { return try hasher.finalize() }
            before = after
            _ = try position(of: descriptor, movedTo: start, from: .start, name)
        }
        throw IntegrityError(.changedMeanwhile, "\(name): is written to while it is read; wait until nobody writes to it")
    }

    private static func status(of descriptor: FileDescriptor, _ name: String) throws(IntegrityError) -> EntryStatus {
        do throws(Errno) { return try EntryStatus(of: descriptor) } catch { throw failure(error, name) }
    }

    private static func position(
        of descriptor: FileDescriptor, movedTo offset: Int64, from whence: FileDescriptor.SeekOrigin, _ name: String
    ) throws(IntegrityError) -> Int64 {
        do {
            return try descriptor.seek(offset: offset, from: whence)
        } catch let error as Errno {
            throw failure(error, name)
        } catch {
            preconditionFailure("FileDescriptor.seek throws Errno only")
        }
    }

    /// - Parameter begun: where a regular file was begun, and what it was then.
    /// - Returns: false for a file that grows, whose end might never come.
    private static func read(
        _ descriptor: FileDescriptor, _ name: String, _ begun: (position: Int64, status: EntryStatus)?, into hasher: inout ContentHasher,
        _ monitor: WorkMonitor
    ) throws(IntegrityError) -> Bool {
        var block = [UInt8](repeating: 0, count: blockByteCount)
        while true {
            if monitor.isCancelled() { throw IntegrityError(.cancelled, "cancelled") }
            let count: Int
            do {
                count = try unsafe block.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
            } catch let error as Errno {
                throw failure(error, name)
            } catch {
                preconditionFailure("FileDescriptor.read throws Errno only")
            }
            guard count > 0 else { return true }
            try hasher.update(block.bytes.extracting(first: count))
            monitor.didAdvance(hasher.byteCount)
            if let begun, hasher.byteCount + UInt64(clamping: begun.position) > begun.status.byte_count,
                try !begun.status.isUntouched(status(of: descriptor, name))
            {
                return false
            }
        }
    }

    private static func open(_ path: [UInt8]) throws(IntegrityError) -> FileDescriptor {
        if path.contains(0) { throw IntegrityError(.invalidArgument, "\(path.visiblePath): has a zero byte in it, which no path has") }
        do {
            // As bytes: a FilePath would leave out slashes that mean something at the end.
            let characters = path.map { CInterop.PlatformChar(bitPattern: $0) } + [0]
            return try unsafe characters.withUnsafeBufferPointer { characters in
                // Never nil: there is a zero at least.
                guard let start = characters.baseAddress else { throw Errno.noSuchFileOrDirectory }
                return try unsafe FileDescriptor.open(start, .readOnly, options: [.closeOnExec])
            }
        } catch let error as Errno {
            throw failure(error, path.visiblePath)
        } catch {
            preconditionFailure("FileDescriptor.open throws Errno only")
        }
    }

    private static func failureOfClosing(_ descriptor: FileDescriptor) -> Errno? {
        do {
            try descriptor.close()
            return nil
        } catch let error as Errno {
            return error
        } catch {
            preconditionFailure("FileDescriptor.close throws Errno only")
        }
    }

    private static func failure(_ errno: Errno, _ name: String) -> IntegrityError {
        switch errno {
        case .noSuchFileOrDirectory: IntegrityError(.notFound, "\(name): no such file", errno: errno)
        case .isDirectory: IntegrityError(.invalidArgument, "\(name): is a folder, which has no checksum", errno: errno)
        default: IntegrityError(.unreadable, "\(name): cannot be read: \(errno)", errno: errno)
        }
    }
}
