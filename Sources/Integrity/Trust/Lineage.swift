/// The head of a manifest and those of all manifests of the same tree before it, each of which names its predecessor by its root.
///
/// Whoever remembers one of them knows whether a manifest is older or newer, or grew from something else (`CheckpointRegister`).
public struct Lineage: Sendable, Hashable {
    /// A manifest carries so many heads before its own; of a longer chain, the newest.
    public static let maximumPredecessorCount = 1024

    public let note: SignedNote
    /// The oldest first.
    public let predecessors: [SignedNote]
    /// What `note` says.
    public let checkpoint: Checkpoint
    /// What the predecessors say, in their order.
    public let ancestors: [Checkpoint]

    /// Reads the heads; `check` and `verify` judge them.
    /// - Throws: `malformed`, `newerFormat`.
    public init(note: SignedNote, predecessors: [SignedNote]) throws(IntegrityError) {
        guard predecessors.count <= Self.maximumPredecessorCount else {
            throw IntegrityError(
                .malformed, "a manifest carries the heads of more than \(Self.maximumPredecessorCount) manifests before it")
        }
        var ancestors: [Checkpoint] = []
        for predecessor in predecessors { ancestors.append(try Checkpoint(parsing: predecessor.text)) }
        checkpoint = try Checkpoint(parsing: note.text)
        self.note = note
        self.predecessors = predecessors
        self.ancestors = ancestors
    }

    /// The heads that the next manifest of this tree has to carry.
    public var predecessorsOfNext: [SignedNote] { (predecessors + [note]).suffix(Self.maximumPredecessorCount) }

    /// Whether the heads are one chain: of one tree, without a gap, each naming the root of the one before, none made before its
    /// predecessor.
    ///
    /// - Throws: `damaged`, saying where it breaks.
    public func check() throws(IntegrityError) {
        let expected = min(checkpoint.sequence, UInt64(Self.maximumPredecessorCount))
        guard UInt64(ancestors.count) == expected else {
            throw IntegrityError(
                .damaged,
                "manifest \(checkpoint.sequence) of \(checkpoint.manifestID) carries the heads of \(ancestors.count) manifests before it, "
                    + "not of \(expected)"
            )
        }
        for (older, newer) in zip(ancestors, ancestors.dropFirst() + [checkpoint]) { try Self.check(newer, after: older) }
    }

    private static func check(_ newer: Checkpoint, after older: Checkpoint) throws(IntegrityError) {
        guard newer.manifestID == older.manifestID else {
            throw IntegrityError(
                .damaged, "a manifest of \(newer.manifestID) carries the head of a manifest of another tree, \(older.manifestID)")
        }
        let name = "manifest \(newer.sequence) of \(newer.manifestID)"
        guard newer.sequence > 0, newer.sequence - 1 == older.sequence else {
            throw IntegrityError(.damaged, "\(name) follows manifest \(older.sequence): one is missing or out of place")
        }
        guard newer.previous == older.root else {
            throw IntegrityError(.damaged, "\(name) does not follow the manifest \(older.sequence) that it carries, but another one")
        }
        guard newer.time >= older.time else {
            throw IntegrityError(
                .damaged,
                "\(name) says that it was made at \(newer.time), before its predecessor at \(older.time): the clock was set back, "
                    + "or a manifest was made up")
        }
    }

    /// Whether trusted keys signed every head.
    /// - Returns: who signed the manifest itself.
    /// - Throws: as `SignedNote.verify`.
    @discardableResult
    public func verify(by signers: [TrustedSigner]) throws(IntegrityError) -> TrustedSigner {
        for (predecessor, ancestor) in zip(predecessors, ancestors) {
            do throws(IntegrityError) {
                try predecessor.verify(by: signers)
            } catch {
                throw IntegrityError(error.code, "the head of manifest \(ancestor.sequence) of \(ancestor.manifestID): \(error.message)")
            }
        }
        return try note.verify(by: signers)
    }
}
