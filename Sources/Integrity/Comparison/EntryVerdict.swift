public import SystemPackage

/// A piece of metadata that can be compared, and left out of comparing.
public enum MetadataField: String, Sendable, Hashable, CaseIterable {
    case permissions
    case owner
    case modificationTime = "mtime"
    case attributes = "xattrs"
    case linkTarget = "target"
    case deviceNumber = "device"
}

/// What became of one entry, and what shows it.
public struct EntryVerdict: Sendable, Hashable {
    /// More about why.
    public enum Remark: Sendable, Hashable {
        /// The content changed and the modification time did not, but the change time did: whoever wrote it set the time back.
        case modificationTimeKept
        /// Somebody was writing it all the time.
        case changedWhileRead
        /// Nobody knows what the content was: it could not be read when the manifest was made.
        case unreadWhenRecorded
        /// Only whether it is the same can be told, because the manifest holds a digest of it and no tree.
        case digestOnly
        /// The leaves of it in this manifest are not those that were signed: if it changed, nobody knows where.
        case leavesDamaged(String)
        /// The stored bytes are what they were, but no given key opens the sealed file; and why.
        case doesNotOpen(String)
        /// The content was not read.
        case notRead
        /// Whatever holds the content does not give it, and why.
        case notGiven(String)
    }

    /// In the manifest; of an added entry, in the tree.
    public let path: EntryPath
    public let verdict: Verdict
    public let type: EntryType
    /// nil where there is nothing to say but the verdict: most entries are intact, and go through many hands.
    private var box: Box?

    /// What a piece of metadata was and is, for people.
    public struct Change: Sendable, Hashable {
        public let before: String
        public let after: String
    }

    init(_ path: EntryPath, _ verdict: Verdict, _ type: EntryType) {
        self.path = path
        self.verdict = verdict
        self.type = type
    }
}

// MARK: Details

extension EntryVerdict {
    /// What shows the verdict.
    private struct Details: Sendable, Hashable {
        var newPath: EntryPath?
        var newType: EntryType?
        var changedFields: [MetadataField: Change] = [:]
        var ranges: [Range<UInt64>] = []
        var byteCount: UInt64?
        var newByteCount: UInt64?
        var errno: Errno?
        var remark: Remark?
    }

    private indirect enum Box: Sendable, Hashable { case details(Details) }

    private var details: Details {
        get {
            guard case .details(let details) = box else { return Details() }
            return details
        }
        set { box = newValue == Details() ? nil : .details(newValue) }
    }

    /// Of what was moved: where it is now.
    public var newPath: EntryPath? {
        get { details.newPath }
        set { details.newPath = newValue }
    }

    /// Of what changed its type.
    public var newType: EntryType? {
        get { details.newType }
        set { details.newType = newValue }
    }

    public var changedFields: [MetadataField: Change] {
        get { details.changedFields }
        set { details.changedFields = newValue }
    }

    /// Where the content is not what it was, or could not be read, in whole leaves of 64 KiB. Empty when it is not known.
    public var ranges: [Range<UInt64>] {
        get { details.ranges }
        set { details.ranges = newValue }
    }

    /// Of what is intact, sizes are not repeated here.
    public var byteCount: UInt64? {
        get { details.byteCount }
        set { details.byteCount = newValue }
    }

    public var newByteCount: UInt64? {
        get { details.newByteCount }
        set { details.newByteCount = newValue }
    }

    public var errno: Errno? {
        get { details.errno }
        set { details.errno = newValue }
    }

    public var remark: Remark? {
        get { details.remark }
        set { details.remark = newValue }
    }

    /// The same under another verdict.
    func with(_ verdict: Verdict) -> EntryVerdict {
        var copy = EntryVerdict(path, verdict, type)
        copy.box = box
        return copy
    }
}
