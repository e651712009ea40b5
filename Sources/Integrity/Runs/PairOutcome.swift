import SystemPackage

/// What a run found out about one pair.
struct PairOutcome: Sendable {
    /// As recorded; nil for what is new.
    var old: ManifestEntries.Element?
    /// As it is; nil for what is gone. What was kept without reading it is as recorded.
    var new: ManifestEntry?
    /// Of the new entry, where they are wanted.
    var leaves: KeptLeaves = .none
    /// Where there are both, or it is certain without the other.
    var verdict: EntryVerdict?
    /// Whether the content of a file was read.
    var wasRead = false
    /// Whether what was stored with the content said enough, so that it was not read.
    var isTold = false
    /// Why a sealed file that is new does not open.
    var doesNotOpen: String?
}
