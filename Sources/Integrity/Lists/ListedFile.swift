/// What a list of checksums says about one file.
///
/// The path is what the list names: it may be absolute or lead out of a folder. Who lets it choose a file makes an `EntryPath` of it first.
public struct ListedFile: Sendable, Hashable {
    public var path: [UInt8]
    /// nil where the list does not tell.
    public var byteCount: UInt64?
    /// At least one; of each function at most one.
    public var checksums: [ContentChecksum]

    public init(path: [UInt8], byteCount: UInt64? = nil, checksums: [ContentChecksum]) {
        self.path = path
        self.byteCount = byteCount
        self.checksums = checksums
    }
}

/// What became of the comparison of a file with what a list says about it.
public enum ChecksumVerdict: Sendable, Equatable {
    case matches
    case differs
    /// There is no file of that path.
    case missing
    /// Nothing can be said.
    case unreadable(IntegrityError)
}
