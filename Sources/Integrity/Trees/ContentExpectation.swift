import OpenSSL
import SystemPackage

/// What the content of a file should be, for whoever reads it: the reader compares as it goes, so that no byte is read twice.
struct ContentExpectation: Sendable {
    let byteCount: UInt64?
    let root: TreeHash?
    /// Whole-file digests to compute, because nothing better is known of the content.
    let digests: [DigestAlgorithm]
    /// The leaves' hashes of a file that has more than one; nil where they are not at hand.
    let leaves: (any ExpectedLeaves)?
}

/// The recorded leaves of one file.
protocol ExpectedLeaves: Sendable {
    /// - Parameter indices: below the file's number of leaves, at most 65 536 at once.
    func hashes(_ indices: Range<UInt64>) throws(IntegrityError) -> [TreeHash]
}

/// What reading a file found out.
struct ContentExamination: Sendable {
    /// As many as were there when it was read.
    var byteCount: UInt64 = 0
    /// Of what was read; nil when something could not be read, or the file did not stand still.
    var root: TreeHash?
    /// In the order of `DigestAlgorithm.allCases`; empty when something could not be read.
    var digests: [ContentDigest] = []
    /// The hashes of the leaves, where there are more than one and the caller wants to keep them.
    var leaves: KeptLeaves = .none
    /// Ranges of whole leaves that could not be read, coalesced, in order; `errno` is the reason of the first.
    var unreadable: [Range<UInt64>] = []
    var errno: Errno?
    /// Somebody changed the file while it was read, again and again.
    var isUnstable = false
    /// Against an expectation with leaves (or of one leaf): where the content is not what it should be, whole leaves, coalesced, in
    /// order, within both sizes. Of an expected last leaf that is no whole one it is compared as much as was expected, if that is there;
    /// of a leaf that is cut off because the content became shorter nothing can be said.
    var differences: [Range<UInt64>] = []
    /// Whether all leaves of 64 KiB that lie wholly in both are what they should be; false as well where that is not known, for want of
    /// leaves or because some could not be read.
    var keepsWholeLeaves = true
    /// Whether the expected content is all there and something follows it.
    var extendsExpected = false
}
