import Envelope
public import SystemPackage

/// The newest head of each tree's manifests that this machine has seen, so that an older one, or one of another lineage, is not taken for
/// it.
///
/// A folder with a signed note for each tree, `<32 digits>.checkpoint`. A file is believed only if a trusted key signed it. One that is
/// damaged is an error, never nothing: whoever can damage it could otherwise make this machine forget. (Whoever can remove it can do that
/// still.)
public struct CheckpointRegister: Sendable {
    /// How a manifest stands to what this machine knows.
    public enum Standing: Sendable, Hashable {
        /// Nothing is known of its tree.
        case unknown
        /// It is the newest that is known.
        case current
        /// It grew from the newest that is known.
        case newer
    }

    private let folder: RegisterFolder
    private let signers: [TrustedSigner]

    /// - Parameters:
    ///   - folder: need not exist; the folder above it has to when something is remembered.
    ///   - signers: whom the register's own files have to be signed by.
    public init(folder: FilePath, signers: [TrustedSigner]) {
        self.init(folder: folder, signers: signers, calls: SystemFileCalls())
    }

    init(folder: FilePath, signers: [TrustedSigner], calls: any FileCalls) {
        self.folder = RegisterFolder(path: folder, calls: calls)
        self.signers = signers
    }

    /// Compares a lineage, whose `check` found it whole, with the newest head that is known.
    ///
    /// - Throws: `rolledBack` when a newer one is known, another one of the same age, or one that this did not grow from; `damaged` when
    ///   what is known cannot be believed; `unreadable`.
    @discardableResult
    public func judge(_ lineage: Lineage) throws(IntegrityError) -> Standing {
        guard let bytes = try folder.read(Self.fileName(lineage)) else { return .unknown }
        return try judge(lineage, against: try known(bytes, lineage.checkpoint.manifestID))
    }

    /// Remembers the head of a lineage that a trusted key signed, unless a newer one is known.
    ///
    /// The folder is locked from reading to renaming, so that of two processes the one with the older head cannot undo what the other
    /// wrote; the file is replaced at once, and the disk has it when this returns.
    /// - Throws: as `judge`, and then nothing is changed; as `SignedNote.verify`; `unwritable`.
    public func remember(_ lineage: Lineage) throws(IntegrityError) { try remember(lineage) { () throws(IntegrityError) in } }

    /// The same for a manifest that is to appear first, unless it would be one that this machine refuses: of two that are made at once
    /// to follow the same one, the second does not take the place of the first.
    /// - Parameter publish: puts the manifest in its place; called under the lock, and only when the head can be remembered.
    func remember(_ lineage: Lineage, after publish: () throws(IntegrityError) -> Void) throws(IntegrityError) {
        try lineage.note.verify(by: signers)
        let lock = try folder.lock()
        defer { folder.unlock(lock) }
        let standing = try judge(lineage)
        try publish()
        if standing != .current { try folder.write(lineage.note.bytes, to: Self.fileName(lineage)) }
    }

    /// What is remembered of a tree, believed or not; nil when nothing is, or when it is no note.
    func unjudgedNote(of lineage: Lineage) throws(IntegrityError) -> SignedNote? {
        guard let bytes = try folder.read(Self.fileName(lineage)) else { return nil }
        do throws(IntegrityError) {
            return try SignedNote(parsing: bytes)
        } catch {
            // `judge` says what is wrong with it.
            return nil
        }
    }

    /// Whether nothing is known of a tree whose manifest nobody signed.
    /// - Throws: `notSigned` when a signed one is known: whoever takes the signature off must gain nothing.
    func requireUnknown(_ lineage: Lineage) throws(IntegrityError) {
        guard try folder.read(Self.fileName(lineage)) != nil else { return }
        throw IntegrityError(
            .notSigned,
            "nobody signed this manifest of \(lineage.checkpoint.subject.visiblePath), of which this machine has seen a signed one")
    }

    private static func fileName(_ lineage: Lineage) -> String { "\(lineage.checkpoint.manifestID).checkpoint" }

    /// What a file of the register says.
    private func known(_ bytes: [UInt8], _ manifestID: ManifestID) throws(IntegrityError) -> Checkpoint {
        let file = folder.path.appending("\(manifestID).checkpoint")
        let checkpoint: Checkpoint
        do throws(IntegrityError) {
            let note = try SignedNote(parsing: bytes)
            try note.verify(by: signers)
            checkpoint = try Checkpoint(parsing: note.text)
        } catch {
            throw IntegrityError(
                .damaged,
                "\(Array(file.string.utf8).visiblePath): this machine's record of the newest manifest cannot be believed: "
                    + "\(error.message); if another key signed it, name that one, too; otherwise find out who changed the file "
                    + "before you remove it"
            )
        }
        guard checkpoint.manifestID == manifestID else {
            throw IntegrityError(
                .damaged,
                "\(Array(file.string.utf8).visiblePath): this machine's record of the newest manifest is that of another tree, "
                    + "\(checkpoint.manifestID); find out who changed the file before you remove it")
        }
        return checkpoint
    }

    private func judge(_ lineage: Lineage, against known: Checkpoint) throws(IntegrityError) -> Standing {
        let own = lineage.checkpoint
        let (this, that) = ("manifest \(own.sequence) of \(own.time)", "manifest \(known.sequence) of \(known.time)")
        guard own.sequence >= known.sequence else {
            throw Self.rolledBack(own, "\(this) is older than \(that), which this machine has seen: look for the newer one")
        }
        guard own.sequence > known.sequence else {
            if own == known { return .current }
            throw Self.rolledBack(
                own, "\(this) is another one than \(that), which this machine has seen: two were made in the place of one")
        }
        if lineage.ancestors.contains(known) { return .newer }
        guard let oldest = lineage.ancestors.first, oldest.sequence <= known.sequence else {
            throw Self.rolledBack(
                own, "\(this) does not reach back to \(that), which this machine has seen, so that nothing connects the two")
        }
        throw Self.rolledBack(own, "\(this) did not grow from \(that), which this machine has seen, but from another one in its place")
    }

    private static func rolledBack(_ checkpoint: Checkpoint, _ reason: String) -> IntegrityError {
        IntegrityError(
            .rolledBack, "the manifest of \(checkpoint.subject.visiblePath) (\(checkpoint.manifestID)) is not what it should be: \(reason)")
    }
}
