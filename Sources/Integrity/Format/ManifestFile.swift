import SystemPackage

/// An open manifest: its notes, and access to its entries and leaves. Opening believes nothing but the layout; signatures are judged by `Trust`, and what the
/// entries come to is compared with the signed root whenever they are read (`ManifestEntries`).
final class ManifestFile: Sendable {
    /// For errors.
    let name: String
    private let descriptor: FileDescriptor
    private let closes: Bool
    /// Where the blocks end.
    let endOfBlocks: UInt64
    /// Of the predecessors, the oldest first, and of this manifest.
    let notes: [[UInt8]]

    /// - Throws: `notFound`, `unreadable`, `malformed` (no manifest at all), `newerFormat`, `truncated`, `damaged`.
    convenience init(path: FilePath) throws(IntegrityError) {
        let name = path.string
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            throw .reading(name, error)
        }
        do throws(IntegrityError) {
            try self.init(descriptor, name: name, closes: true)
        } catch {
            // What was thrown says more than a failure to close.
            _ = try? descriptor.close()
            throw error
        }
    }

    /// A manifest in a file that stays the caller's.
    init(_ descriptor: FileDescriptor, name: String, closes: Bool = false) throws(IntegrityError) {
        self.name = name
        self.descriptor = descriptor
        self.closes = closes
        let size = try Self.size(descriptor, name)
        try Self.checkMagic(descriptor, name)
        let footerStart = size - min(size, UInt64(ManifestFormat.footerByteCount))
        let footer = try Self.read(descriptor, at: footerStart, count: Int(size - footerStart), name)
        guard size >= UInt64(ManifestFormat.magic.count + ManifestFormat.blockHeaderByteCount + ManifestFormat.footerByteCount),
            footer.suffix(ManifestFormat.footer.count).elementsEqual(ManifestFormat.footer)
        else { throw IntegrityError(.truncated, "\(name): ends too early: a manifest that was cut off, or that is still being written") }
        var reader = ByteReader(footer, of: name)
        let notesByteCount: UInt64 = try reader.number()
        guard notesByteCount <= UInt64(ManifestFormat.maximumNotesByteCount),
            footerStart >= notesByteCount + UInt64(ManifestFormat.magic.count + ManifestFormat.blockHeaderByteCount)
        else { throw IntegrityError(.damaged, "\(name): its footer says that there are \(notesByteCount) bytes of notes") }
        endOfBlocks = footerStart - notesByteCount - UInt64(ManifestFormat.blockHeaderByteCount)
        let end = try Self.header(descriptor, at: endOfBlocks, name)
        guard end.kind == .end, end.byteCount == notesByteCount else { throw IntegrityError(.damaged, "\(name): its blocks end elsewhere") }
        notes = try Self.parseNotes(try Self.read(descriptor, at: footerStart - notesByteCount, count: Int(notesByteCount), name), name)
    }

    deinit {
        guard closes else { return }
        // Nothing was written, so nothing can be lost.
        _ = try? descriptor.close()
    }

    func read(at position: UInt64, count: Int) throws(IntegrityError) -> [UInt8] {
        try Self.read(descriptor, at: position, count: count, name)
    }

    func header(at position: UInt64) throws(IntegrityError) -> (kind: ManifestFormat.BlockKind, byteCount: UInt64) {
        try Self.header(descriptor, at: position, name)
    }

    /// What identifies the file, for a walk that has to leave it out.
    var identification: [FileID] { FileID.of(descriptor: descriptor) }

    // MARK: Bytes

    private static func size(_ descriptor: FileDescriptor, _ name: String) throws(IntegrityError) -> UInt64 {
        do {
            return UInt64(try descriptor.seek(offset: 0, from: .end))
        } catch {
            throw IntegrityError(.unreadable, "\(name): cannot be read from the middle, as a manifest has to be", errno: error as? Errno)
        }
    }

    private static func checkMagic(_ descriptor: FileDescriptor, _ name: String) throws(IntegrityError) {
        let magic = try readUpTo(descriptor, at: 0, count: ManifestFormat.magic.count, name)
        if magic == ManifestFormat.magic { return }
        if !magic.isEmpty, ManifestFormat.magic.starts(with: magic) { throw IntegrityError(.truncated, "\(name): ends too early") }
        guard magic.starts(with: ManifestFormat.magicStem) else {
            throw IntegrityError(.malformed, "\(name): is not a manifest of Coffer")
        }
        throw IntegrityError(.newerFormat, "\(name): is a manifest of a version that is not known here; use a newer coffer")
    }

    private static func header(
        _ descriptor: FileDescriptor, at position: UInt64, _ name: String
    ) throws(IntegrityError) -> (kind: ManifestFormat.BlockKind, byteCount: UInt64) {
        var reader = ByteReader(try read(descriptor, at: position, count: ManifestFormat.blockHeaderByteCount, name), of: name)
        guard let kind = ManifestFormat.BlockKind(rawValue: try reader.byte()) else {
            throw reader.malformed("a block is of no known kind")
        }
        return (kind, try reader.number())
    }

    private static func read(
        _ descriptor: FileDescriptor, at position: UInt64, count: Int, _ name: String
    ) throws(IntegrityError) -> [UInt8] {
        let bytes = try readUpTo(descriptor, at: position, count: count, name)
        guard bytes.count == count else { throw IntegrityError(.truncated, "\(name): ends too early") }
        return bytes
    }

    private static func readUpTo(
        _ descriptor: FileDescriptor, at position: UInt64, count: Int, _ name: String
    ) throws(IntegrityError) -> [UInt8] {
        guard let start = Int64(exactly: position) else { throw IntegrityError(.damaged, "\(name): refers to bytes behind any file") }
        do {
            return unsafe try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                    let read = unsafe try descriptor.read(fromAbsoluteOffset: start + Int64(filled), into: rest)
                    if read == 0 { break }
                    filled += read
                }
            }
        } catch {
            throw .reading(name, error)
        }
    }

    // MARK: Notes

    private static func parseNotes(_ bytes: [UInt8], _ name: String) throws(IntegrityError) -> [[UInt8]] {
        var reader = ByteReader(bytes, of: name)
        var notes: [[UInt8]] = []
        while !reader.isAtEnd {
            let count: UInt32 = try reader.number()
            guard count <= UInt32(ManifestFormat.maximumNoteByteCount), notes.count < ManifestFormat.maximumNoteCount else {
                throw reader.malformed("its notes are too long, or too many")
            }
            notes.append(Array(try reader.slice(Int(count))))
        }
        guard !notes.isEmpty else { throw reader.malformed("has no note, so nothing says what it is about") }
        return notes
    }
}

/// The leaves of one entry, as they stand in a manifest.
struct RecordedLeaves: ExpectedLeaves {
    let file: ManifestFile
    /// Of the first hash in the file.
    let position: UInt64
    let count: UInt64

    func hashes(_ indices: Range<UInt64>) throws(IntegrityError) -> [TreeHash] {
        precondition(indices.upperBound <= count && indices.count <= Int(ManifestFormat.leavesAtOnce))
        let size = TreeHash.byteCount
        let bytes = try file.read(at: position + indices.lowerBound * UInt64(size), count: indices.count * size)
        return unsafe bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: size).map { start in
                unsafe TreeHash(loading: UnsafeRawBufferPointer(rebasing: bytes[start..<start + size]))
            }
        }
    }
}

extension IntegrityError {
    /// A file that could not be opened or read.
    static func reading(_ name: String, _ error: any Error) -> IntegrityError {
        let errno = error as? Errno
        if errno == .isDirectory {
            return IntegrityError(.invalidArgument, "\(name): is a folder, where a file was expected", errno: errno)
        }
        if errno == .noSuchFileOrDirectory { return IntegrityError(.notFound, "\(name): does not exist", errno: errno) }
        return IntegrityError(.unreadable, "\(name): cannot be read: \(error)", errno: errno)
    }
}
