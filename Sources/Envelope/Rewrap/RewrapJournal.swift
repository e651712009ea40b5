import AgeFormat
import KeyStore
import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file in a run's root folder by which an interrupted run is finished: `.coffer-rewrap.journal`.
///
///     "coffer rewrap journal 1\n"
///     record = kind(1) || length(4, big-endian) || content || SHA-256 of kind, length and content
///
/// Before headers are written over, all of them, the old and the new ones, are on the disk in it. A file whose
/// header is torn after a crash can so be told from one that somebody else has changed since, and is made whole. Nothing in it is
/// secret: headers are public. It is locked while a run is at work, so that no two are in one folder at a time.
///
/// What a run finds in it and cannot finish stays in front of its own records (`forgetAll(but:)`).
struct RewrapJournal: ~Copyable {
    /// A header that is to be written over another of the same size.
    struct Change: Sendable, Equatable {
        /// Relative to the root.
        let path: FilePath
        let old: [UInt8]
        let new: [UInt8]
    }

    enum Record: Sendable, Equatable {
        /// The fingerprint of the plan of the run.
        case plan([UInt8])
        /// All files up to this one, in the order of the walk, are dealt with, apart from those that failed.
        case position(FilePath)
        case failed(FilePath)
        case change(Change)
    }

    static let name = ".coffer-rewrap.journal"
    private static let magic = Array("coffer rewrap journal 1\n".utf8)
    private static let digestByteCount = 32
    private static let frontByteCount = 5
    /// Bytes of a relative path: `FileTree.maximumDepth` names of 255 bytes.
    private static let maximumPathByteCount = 64 * 1024
    private static let maximumContentByteCount = 2 * AgeHeader.maximumByteCount + maximumPathByteCount + 8
    /// How often the file is opened again because it was removed between its opening and its locking.
    private static let maximumAttemptCount = 16

    private let root: OpenFolder
    private let path: FilePath
    private let opened: FileDescriptor
    /// The file that has taken the place of the one that was opened.
    private var successor: AtomicOutputFile?
    private var descriptor: FileDescriptor
    /// The end of what stays throughout the run, and of all.
    private var retainedEnd: UInt64 = 0
    private var end: UInt64 = 0
    private var calls: any FileCalls { root.calls }

    /// Opens the journal of a folder, or begins one, and locks it.
    ///
    /// - Parameter path: the folder, for errors.
    /// - Throws: `inUse` when another run is at work there; `outputFailed` when something else has the journal's name, and `noSpace`.
    init(in root: OpenFolder, path: FilePath) throws(EnvelopeError) {
        opened = try Self.open(in: root, path)
        descriptor = opened
        self.root = root
        self.path = path.appending(Self.name)
    }

    deinit {
        root.calls.unlock(descriptor)
        root.calls.unlock(opened)
        root.calls.close(opened)
    }

    private static func open(in root: OpenFolder, _ path: FilePath) throws(EnvelopeError) -> FileDescriptor {
        let (descriptor, status) = try openLocked(in: root, path)
        do throws(EnvelopeError) {
            try requireJournal(descriptor, status, in: root, path)
            return descriptor
        } catch {
            release(descriptor, in: root)
            throw error
        }
    }

    /// Closing alone leaves the lock to a child that is being started at that moment.
    private static func release(_ descriptor: FileDescriptor, in root: OpenFolder) {
        root.calls.unlock(descriptor)
        root.calls.close(descriptor)
    }

    /// Refuses a file that somebody else put, or linked, there: it would be written to, and cut.
    private static func requireJournal(
        _ descriptor: FileDescriptor, _ status: FileStatus, in root: OpenFolder, _ path: FilePath
    ) throws(EnvelopeError) {
        let front: [UInt8]
        do throws(Errno) {
            front = try root.calls.readBytes(magic.count, of: descriptor, at: 0)
        } catch {
            throw .reading("\(path)/\(name)", error)
        }
        // A run that was stopped at its very beginning leaves less than the magic.
        guard status.linkCount == 1, magic.starts(with: front) else {
            throw EnvelopeError(
                .outputFailed,
                "\(path)/\(name): is not the journal of a rewrap, or has other names as well, and was left alone: move it away")
        }
    }

    private static func openLocked(in root: OpenFolder, _ path: FilePath) throws(EnvelopeError) -> (FileDescriptor, FileStatus) {
        guard let name = FilePath.Component(name) else { preconditionFailure("the journal has a name") }
        do throws(Errno) {
            for _ in 0..<maximumAttemptCount {
                let descriptor = try root.calls.open(name, in: root.descriptor, O_RDWR | O_CREAT | O_NONBLOCK)
                do throws(Errno) {
                    guard try root.calls.lock(descriptor) else { throw .wouldBlock }
                    let status = try root.calls.status(of: descriptor)
                    // Whoever may write a journal has a say in what is written to the files.
                    guard status.kind == .regular, status.user == geteuid() else { throw .permissionDenied }
                    if try isNamed(name, status, in: root) {
                        try root.calls.synchronize(root.descriptor)
                        return (descriptor, status)
                    }
                } catch {
                    release(descriptor, in: root)
                    throw error
                }
                release(descriptor, in: root)
            }
            throw .wouldBlock
        } catch {
            if error == .wouldBlock { throw EnvelopeError(.inUse, "\(path): another rewrap is at work in this folder: wait for it to end") }
            throw .writing("\(path)/\(Self.name)", error)
        }
    }

    /// False when another run that just ended has removed it.
    private static func isNamed(_ name: FilePath.Component, _ status: FileStatus, in root: OpenFolder) throws(Errno) -> Bool {
        do throws(Errno) {
            return try root.status(of: name).isSameFile(as: status)
        } catch .noSuchFileOrDirectory {
            return false
        }
    }

    // MARK: Reading

    /// Gives every whole record in turn. The first that is not whole was being written when the run ended: before anything it tells of.
    mutating func forEachRecord(_ body: (Record) throws(EnvelopeError) -> Void) throws(EnvelopeError) {
        guard try bytes(at: 0, Self.magic.count) == Self.magic else { return }
        var position = UInt64(Self.magic.count)
        while let (record, byteCount) = try record(at: position) {
            position += byteCount
            try body(record)
        }
    }

    private func record(at position: UInt64) throws(EnvelopeError) -> (Record, byteCount: UInt64)? {
        let front = try bytes(at: position, Self.frontByteCount)
        guard front.count == Self.frontByteCount else { return nil }
        let count = front[1...].reduce(0) { $0 << 8 | Int($1) }
        guard count <= Self.maximumContentByteCount else { return nil }
        let rest = try bytes(at: position + UInt64(Self.frontByteCount), count + Self.digestByteCount)
        guard rest.count == count + Self.digestByteCount else { return nil }
        let content = Array(rest.prefix(count))
        guard try Self.digest(front + content) == Array(rest.suffix(Self.digestByteCount)),
            let record = Record(kind: front[0], content: content)
        else { return nil }
        return (record, UInt64(Self.frontByteCount + count + Self.digestByteCount))
    }

    private func bytes(at position: UInt64, _ count: Int) throws(EnvelopeError) -> [UInt8] {
        do throws(Errno) {
            return try calls.readBytes(count, of: descriptor, at: position)
        } catch {
            throw .reading(path.string, error)
        }
    }

    // MARK: Writing

    /// Forgets all there was but these records, which stay in front of whatever this run writes. Comes first, and once.
    ///
    /// They may be all that is left of a header: at any instant, and after any crash, the journal has them.
    mutating func forgetAll(but records: [Record]) throws(EnvelopeError) {
        let front = Self.magic + (try Self.encoded(records))
        let isInFront = try bytes(at: 0, front.count) == front
        if records.isEmpty {
            if !isInFront { try write(front) }
        } else if isInFront {
            try synchronize()
        } else {
            try succeed(by: front)
        }
        retainedEnd = UInt64(front.count)
        end = retainedEnd
    }

    /// Puts another file in the place of the journal.
    private mutating func succeed(by bytes: [UInt8]) throws(EnvelopeError) {
        guard let name = FilePath.Component(Self.name) else { preconditionFailure("the journal has a name") }
        var file = try AtomicOutputFile(named: name, in: root, path: path, overwrite: true, calls: calls)
        do throws(Errno) {
            // Before it has the name, so that no other run comes first.
            guard try calls.lock(file.descriptor) else { throw .wouldBlock }
            try calls.writeBytes(bytes, to: file.descriptor, at: 0)
        } catch {
            throw .writing(path.string, error)
        }
        try file.commit()
        descriptor = file.descriptor
        successor = consume file
    }

    /// Forgets what this run has written, and writes these records.
    mutating func replace(by records: [Record]) throws(EnvelopeError) {
        precondition(retainedEnd > 0, "the journal was begun")
        do throws(Errno) {
            // First, so that at no time new records stand in front of remnants of old ones.
            try calls.truncate(descriptor, to: retainedEnd)
        } catch {
            throw .writing(path.string, error)
        }
        end = retainedEnd
        try write(Self.encoded(records))
    }

    /// Adds records, and waits until they are on the disk.
    mutating func append(_ records: [Record]) throws(EnvelopeError) {
        try write(Self.encoded(records))
        try synchronize()
    }

    private func synchronize() throws(EnvelopeError) {
        do throws(Errno) {
            try calls.synchronizeData(descriptor)
        } catch {
            throw .writing(path.string, error)
        }
    }

    /// Takes the journal away, when the run has nothing left to finish.
    mutating func remove() throws(EnvelopeError) {
        do throws(Errno) {
            try calls.remove(Self.name, in: root.descriptor)
        } catch {
            throw .writing(path.string, error)
        }
    }

    private mutating func write(_ bytes: [UInt8]) throws(EnvelopeError) {
        do throws(Errno) {
            try calls.writeBytes(bytes, to: descriptor, at: end)
        } catch {
            throw .writing(path.string, error)
        }
        end += UInt64(bytes.count)
    }

    private static func encoded(_ records: [Record]) throws(EnvelopeError) -> [UInt8] {
        var output: [UInt8] = []
        for record in records {
            let content = record.content
            let front = [record.kind] + content.count.bigEndianBytes
            output += front + content
            output += try digest(front + content)
        }
        return output
    }

    private static func digest(_ bytes: [UInt8]) throws(EnvelopeError) -> [UInt8] {
        do {
            return try unsafe Digest.hash(.sha256, bytes.span.bytes)
        } catch {
            throw EnvelopeError(error, while: "making a digest of the journal")
        }
    }
}

extension RewrapJournal.Record {
    fileprivate var kind: UInt8 {
        switch self {
        case .plan: 1
        case .position: 2
        case .failed: 3
        case .change: 4
        }
    }

    fileprivate var content: [UInt8] {
        switch self {
        case .plan(let fingerprint): fingerprint
        case .position(let path), .failed(let path): path.bytes
        case .change(let change):
            // The headers are of one size.
            change.path.bytes.count.bigEndianBytes + change.path.bytes + change.old + change.new
        }
    }

    fileprivate init?(kind: UInt8, content: [UInt8]) {
        switch kind {
        case 1: self = .plan(content)
        case 2:
            guard let path = FilePath(relative: content[...]) else { return nil }
            self = .position(path)
        case 3:
            guard let path = FilePath(relative: content[...]) else { return nil }
            self = .failed(path)
        case 4:
            let count = content.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard content.count >= 4 + count, let path = FilePath(relative: content[4..<4 + count]) else { return nil }
            let headers = content[(4 + count)...]
            guard headers.count.isMultiple(of: 2) else { return nil }
            self = .change(.init(path: path, old: Array(headers.prefix(headers.count / 2)), new: Array(headers.suffix(headers.count / 2))))
        default: return nil
        }
    }
}

extension Int {
    fileprivate var bigEndianBytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }
}

extension FilePath {
    fileprivate var bytes: [UInt8] {
        unsafe withPlatformString { text in unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text))) }
    }

    /// Nil for what does not stay below the folder that it is relative to.
    fileprivate init?(relative bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
        self = unsafe FilePath(platformString: bytes.map { CChar(bitPattern: $0) } + [0])
        guard isRelative, components.allSatisfy({ $0.kind == .regular }) else { return nil }
    }
}
