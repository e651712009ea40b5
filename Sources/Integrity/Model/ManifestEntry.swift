public import OpenSSL
public import SystemPackage

/// What a manifest says about one entry of a tree. What is not known, because it came from a list of checksums or an object store, is nil.
public struct ManifestEntry: Sendable, Hashable {
    public var path: EntryPath
    public var type: EntryType
    public var metadata: EntryMetadata?
    public var identity: EntryIdentity?
    /// Of a file.
    public var byteCount: UInt64?
    /// Of a file: the root of the Merkle tree over its leaves of 64 KiB.
    public var root: TreeHash?
    /// Of a file: digests of the whole content, each algorithm at most once, in the order of `DigestAlgorithm.allCases`.
    public var digests: [ContentDigest] = []
    /// Of a symbolic link: where it leads.
    public var linkTarget: [UInt8]?
    /// SHA-256 over the extended attributes, access control lists among them; nil when there are none.
    public var attributes: TreeHash?
    /// Of a device: its number.
    public var deviceNumber: UInt64?
    /// Why the content could not be read when this entry was made.
    public var unreadable: Errno?

    public init(path: EntryPath, type: EntryType) {
        self.path = path
        self.type = type
    }
}

/// A digest of the whole content of a file.
public struct ContentDigest: Sendable, Hashable {
    public let algorithm: DigestAlgorithm
    /// As many as the algorithm has.
    public let bytes: [UInt8]

    public init(_ algorithm: DigestAlgorithm, bytes: [UInt8]) {
        precondition(bytes.count == algorithm.byteCount)
        self.algorithm = algorithm
        self.bytes = bytes
    }
}
