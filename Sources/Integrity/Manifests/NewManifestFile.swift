import Envelope
public import SystemPackage

/// Where a manifest goes, who signs it, and where its head is remembered.
public struct NewManifestFile: Sendable {
    public let path: FilePath
    let overwrite: Bool
    let signer: ManifestSigner?
    let register: CheckpointRegister?
    /// For tests, whose disks fail.
    var calls: any FileCalls = SystemFileCalls()

    /// - Parameters:
    ///   - signer: nil to leave it unsigned.
    ///   - register: nil where nothing is remembered.
    public init(path: FilePath, overwrite: Bool, signer: ManifestSigner?, register: CheckpointRegister?) {
        self.path = path
        self.overwrite = overwrite
        self.signer = signer
        self.register = register
    }
}

/// A manifest that is being written. It appears in its place when it is whole, signed and on the disk; until then there is what was there before.
///
/// Unchecked, because one thread after the other uses it: the one that walks appends entries, and only when that has ended its caller finishes.
final class ManifestOutput: @unchecked Sendable {
    private let target: NewManifestFile
    private var output: AtomicOutputFile
    private var writer: ManifestWriter

    init(_ target: NewManifestFile) throws(IntegrityError) {
        let file: AtomicOutputFile
        do throws(EnvelopeError) {
            file = try AtomicOutputFile(at: target.path, overwrite: target.overwrite, calls: target.calls)
        } catch {
            throw IntegrityError(writing: error)
        }
        let writer = try ManifestWriter(to: file.descriptor, name: target.path.string)
        self.output = file
        self.writer = writer
        self.target = target
    }

    /// What identifies the file that is being written, which may have a name meanwhile.
    var file: [FileID] { FileID.of(descriptor: output.descriptor) }

    func append(_ entry: ManifestEntry, leaves: KeptLeaves) throws(IntegrityError) { try writer.append(entry, leaves: leaves) }

    /// - Parameter previous: the lineage that goes on; nil to begin one.
    func finish(_ head: NewManifestHead, after previous: Lineage?) async throws(IntegrityError) -> Lineage {
        let (entryCount, root) = try writer.finishEntries()
        let checkpoint = try head.checkpoint(after: previous?.checkpoint, entryCount: entryCount, root: root)
        let note = if let signer = target.signer { try await signer.sign(checkpoint) } else { try SignedNote.unsigned(checkpoint) }
        let lineage = try Lineage(note: note, predecessors: previous?.predecessorsOfNext ?? [])
        try lineage.check()
        try writer.finish(notes: (lineage.predecessors + [note]).map(\.bytes))
        guard target.signer != nil, let register = target.register else {
            try commit()
            return lineage
        }
        // After the file: a head that is remembered and of which there is no manifest would make every other one look rolled back.
        try register.remember(lineage, after: commit)
        return lineage
    }

    private func commit() throws(IntegrityError) {
        do throws(EnvelopeError) {
            try output.commit(FileAttributes(permissions: 0o644))
        } catch {
            throw IntegrityError(writing: error)
        }
    }
}

extension IntegrityError {
    /// A file that could not be written.
    init(writing error: EnvelopeError) {
        self.init(error.code == .outputExists ? .outputExists : .unwritable, error.message, errno: error.errno)
    }
}
