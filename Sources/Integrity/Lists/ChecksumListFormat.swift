/// How a list of checksums is written.
public enum ChecksumListFormat: String, Sendable, Hashable, CaseIterable {
    /// `HASH  NAME`, as `sha256sum` and its siblings write it.
    case gnu
    /// `SHA256 (NAME) = HASH`, as the BSDs, `sha256sum --tag` and `openssl dgst` write it. The one format for every function.
    case bsd
    /// A header, and then `SIZE,HASH,…,NAME`.
    case hashdeep
}

/// A line of a list that says nothing about a file, although it should.
public struct MalformedListLine: Error, Sendable, Hashable, CustomStringConvertible {
    /// From 1.
    public let lineNumber: UInt64
    /// What is wrong with the line, as a predicate: `has no name`.
    public let reason: String

    public var description: String { "line \(lineNumber) \(reason)" }
}
