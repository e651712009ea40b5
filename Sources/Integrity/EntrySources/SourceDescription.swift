/// What a source knows of a content without reading it, of one moment.
public struct SourceDescription: Sendable, Hashable {
    public let byteCount: UInt64
    /// Of the whole content, as they were computed when it was stored; each algorithm at most once.
    public let digests: [ContentDigest]

    public init(byteCount: UInt64, digests: [ContentDigest]) {
        self.byteCount = byteCount
        self.digests = digests
    }
}
