/// The head of a manifest that is about to be written, but for what its entries come to.
public struct NewManifestHead: Sendable {
    public var toolVersion: String
    public var time: CheckpointTime
    /// What is looked at, for people.
    public var subject: [UInt8]
    public var options: ManifestOptions

    public init(toolVersion: String, time: CheckpointTime, subject: [UInt8], options: ManifestOptions) {
        self.toolVersion = toolVersion
        self.time = time
        self.subject = subject
        self.options = options
    }

    /// For what walks a folder, and records all that it meets.
    var ofWalk: NewManifestHead {
        var head = self
        head.options.filesOnly = false
        return head
    }

    func checkpoint(
        after previous: Checkpoint?, entryCount: UInt64, root: TreeHash
    ) throws(IntegrityError) -> Checkpoint {
        let manifestID = if let previous { previous.manifestID } else { try ManifestID.random() }
        return try Checkpoint(
            manifestID: manifestID, entryCount: entryCount, root: root, toolVersion: toolVersion, time: time,
            sequence: try sequence(after: previous), previous: previous?.root, subject: subject, options: options)
    }

    private func sequence(after previous: Checkpoint?) throws(IntegrityError) -> UInt64 {
        guard let previous else { return 0 }
        guard previous.sequence < .max else {
            throw IntegrityError(
                .damaged, "manifest \(previous.sequence) of \(previous.manifestID) cannot be followed: there is no higher number")
        }
        return previous.sequence + 1
    }

    /// Refuses a head that could not be signed, or not follow the one before it, before anything is read for it.
    func check(after previous: Lineage?) throws(IntegrityError) {
        let trial = try checkpoint(after: previous?.checkpoint, entryCount: .max, root: .zero)
        try Lineage(note: try .unsigned(trial), predecessors: previous?.predecessorsOfNext ?? []).check()
    }
}
