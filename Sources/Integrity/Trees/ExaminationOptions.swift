import OpenSSL

/// What an examiner does with contents besides hashing them.
struct ExaminationOptions: Sendable {
    /// Whole-file digests to compute of every file.
    var digests: [DigestAlgorithm] = []
    /// Whether what is read is to be recorded: whatever is written to a file afterwards has to show in its times.
    var isRecording = false
    /// Where hashes of leaves go that are to be kept and are too many for the memory; nil to keep none.
    var spool: LeafSpool?
    /// Files of more bytes than this are hashed by all free workers at once.
    var largeByteCount: UInt64 = 4 << 20
    /// How many leaves of a large file are hashed before the tree goes on: 4 GiB, for 2 MiB of hashes.
    var segmentLeafCount: UInt64 = 65_536
}

/// What is to be found out about an entry.
enum ExaminationMode: Sendable {
    /// Everything.
    case content(ContentExpectation?)
    /// Nothing that needs the entry to be opened. Every change of extended attributes sets the change time, so that they are not read if
    /// it is the expected one.
    case metadata(expectedChangeTime: EntryTime?)
}
