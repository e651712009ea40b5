public import OpenSSL

/// How a tree was looked at. It is signed with what was found, so that the next look is at the same things in the same way.
public struct ManifestOptions: Sendable, Hashable {
    /// What was done with files that are sealed, when the manifest was made.
    public enum SealedFiles: String, Sendable, Hashable, CaseIterable {
        /// They were recorded as they lie there.
        case ciphertext
        /// So they were, and each was opened by its key besides.
        case open
    }

    /// Digests of the whole content that are recorded of each file: each at most once, in the order of `DigestAlgorithm.allCases`.
    public var digests: [DigestAlgorithm]
    public var sealed: SealedFiles
    /// Whether other file systems below the tree were left out.
    public var oneFileSystem: Bool
    /// Whether files alone are entries, as in a list of checksums: then nothing is known of folders, and none of them is missing or too
    /// many.
    public var filesOnly: Bool
    /// Patterns of paths that were left out, as bytes; none is empty.
    public var exclusions: [[UInt8]]

    public init(
        digests: [DigestAlgorithm] = [], sealed: SealedFiles = .ciphertext, oneFileSystem: Bool = false, filesOnly: Bool = false,
        exclusions: [[UInt8]] = []
    ) {
        self.digests = digests
        self.sealed = sealed
        self.oneFileSystem = oneFileSystem
        self.filesOnly = filesOnly
        self.exclusions = exclusions
    }
}
