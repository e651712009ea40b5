/// The head of a manifest: what is signed. It binds every entry by the root of the tree over them, and says which look at which tree this
/// was.
///
/// Its text is a checkpoint as C2SP's tlog-checkpoint has it: the origin, the number of entries, the root, and lines of our own. A value
/// has one text, and nothing else is read back. See `Docs/Formats/Checkpoint.md`.
public struct Checkpoint: Sendable, Hashable {
    /// Of the text: what `Sign` of AWS KMS takes as a message, because it is the text itself that is signed.
    public static let maximumByteCount = 4096
    /// Of the version of the tool.
    public static let maximumVersionByteCount = 64

    /// The same for all looks at one tree.
    public let manifestID: ManifestID
    public let entryCount: UInt64
    /// Of the Merkle tree over the entries' canonical encodings.
    public let root: TreeHash
    /// Of Coffer that made the manifest.
    public let toolVersion: String
    public let time: CheckpointTime
    /// Counts the manifests of a tree, from 0.
    public let sequence: UInt64
    /// The root of the manifest before this one; nil for the first.
    public let previous: TreeHash?
    /// What was looked at, for people: a path, which is bytes, or a name.
    public let subject: [UInt8]
    public let options: ManifestOptions
    /// What is signed.
    public let text: [UInt8]

    /// - Throws: `invalidArgument` for what has no text: a version that is empty, long or not visible ASCII, a first manifest with a
    ///   predecessor or a later one without, an empty subject or exclusion, digests out of order; and for a text of more than 4096 bytes.
    public init(
        manifestID: ManifestID, entryCount: UInt64, root: TreeHash, toolVersion: String, time: CheckpointTime, sequence: UInt64,
        previous: TreeHash?, subject: [UInt8], options: ManifestOptions
    ) throws(IntegrityError) {
        self.manifestID = manifestID
        self.entryCount = entryCount
        self.root = root
        self.toolVersion = toolVersion
        self.time = time
        self.sequence = sequence
        self.previous = previous
        self.subject = subject
        self.options = options
        text = CheckpointText.encode(
            manifestID: manifestID, entryCount: entryCount, root: root, toolVersion: toolVersion, time: time, sequence: sequence,
            previous: previous, subject: subject, options: options)
        if let reason = reasonToRefuse { throw IntegrityError(.invalidArgument, "a manifest cannot be headed so: \(reason)") }
    }

    /// nil for a checkpoint whose text is read back as the same.
    private var reasonToRefuse: String? {
        guard (1...Self.maximumVersionByteCount).contains(toolVersion.utf8.count), toolVersion.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return "the version of the tool is no word of at most \(Self.maximumVersionByteCount) characters" }
        guard (sequence == 0) == (previous == nil) else {
            return sequence == 0
                ? "the first manifest of a tree has no predecessor" : "manifest \(sequence) of a tree needs its predecessor's root"
        }
        guard !subject.isEmpty else { return "what was looked at has no name" }
        guard options.digests == CheckpointText.inOrder(options.digests) else { return "digests are named twice or out of order" }
        guard !options.exclusions.contains([]) else { return "an exclusion is empty" }
        guard text.count <= Self.maximumByteCount else {
            return
                "its head has \(text.count) bytes, of which at most \(Self.maximumByteCount) can be signed; "
                + "name fewer or shorter exclusions"
        }
        return nil
    }
}
