/// One content that a source lists.
public struct SourceItem: Sendable, Hashable {
    /// As the source has it: whether it is a path in a tree is found out by whoever records it.
    public let path: [UInt8]
    public let byteCount: UInt64
    /// What the source finds this state of the content by; empty where it keeps no more than one.
    public let version: [UInt8]
    /// Whether the source may know digests of the content.
    public let hasDigests: Bool

    public init(path: [UInt8], byteCount: UInt64, version: [UInt8] = [], hasDigests: Bool = false) {
        self.path = path
        self.byteCount = byteCount
        self.version = version
        self.hasDigests = hasDigests
    }
}
