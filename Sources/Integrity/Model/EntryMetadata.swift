/// A time of a file, since 1970.
public struct EntryTime: Sendable, Hashable, Comparable {
    public let seconds: Int64
    /// Below 1 000 000 000.
    public let nanoseconds: UInt32

    public init(seconds: Int64, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.seconds == right.seconds ? left.nanoseconds < right.nanoseconds : left.seconds < right.seconds
    }
}

/// What a copy of an entry should have as well.
public struct EntryMetadata: Sendable, Hashable {
    /// Access bits, set-user-ID, set-group-ID and sticky bit: 12 bits.
    public var permissions: UInt16
    public var user: UInt32
    public var group: UInt32
    public var modificationTime: EntryTime

    public init(permissions: UInt16, user: UInt32, group: UInt32, modificationTime: EntryTime) {
        self.permissions = permissions
        self.user = user
        self.group = group
        self.modificationTime = modificationTime
    }
}

/// What tells whether an entry is the same one in the same place, untouched since. A copy has others.
public struct EntryIdentity: Sendable, Hashable {
    /// When content or metadata were changed last, which no ordinary call can set back.
    public var changeTime: EntryTime
    public var device: UInt64
    public var inode: UInt64
    /// How many names it has.
    public var linkCount: UInt32

    public init(changeTime: EntryTime, device: UInt64, inode: UInt64, linkCount: UInt32) {
        self.changeTime = changeTime
        self.device = device
        self.inode = inode
        self.linkCount = linkCount
    }
}
