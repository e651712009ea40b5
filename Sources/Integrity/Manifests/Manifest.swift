public import SystemPackage

/// A manifest that was opened, whose head is signed by somebody who is trusted, and of which no newer one is known.
///
/// Its entries are compared with the signed root whenever they are read: what reads them throws `damaged` at the end, or before, when they are others.
public final class Manifest: Sendable {
    let file: ManifestFile
    public let lineage: Lineage
    /// Who signed it; nil for one that nobody signed, where that was allowed.
    public let signer: TrustedSigner?
    /// Who was trusted when it was opened.
    public let trustedSigners: [TrustedSigner]
    /// Where it is, for messages.
    public var name: String { file.name }
    public var checkpoint: Checkpoint { lineage.checkpoint }

    /// - Throws: what is wrong with the file (`notFound`, `malformed`, `newerFormat`, `truncated`, `damaged`, `unreadable`) or with its signature
    ///   (`notSigned`, `invalidSignature`, `unknownSigner`, `rolledBack`).
    public init(path: FilePath, trust: ManifestTrust) throws(IntegrityError) {
        file = try ManifestFile(path: path)
        lineage = try Self.lineage(file)
        signer = try Self.signer(lineage, trust, name: file.name)
        trustedSigners = trust.signers
        if signer != nil {
            _ = try trust.register?.judge(lineage)
        } else {
            try trust.register?.requireUnknown(lineage)
        }
    }

    /// The names of the keys that signed a manifest, as it says itself, and the newest one of its tree that a register knows: whose public keys somebody would need
    /// to judge it.
    /// - Parameter register: where the newest are remembered.
    public static func signerNames(path: FilePath, register: FilePath?) throws(IntegrityError) -> [String] {
        let lineage = try lineage(try ManifestFile(path: path))
        var notes = lineage.predecessors + [lineage.note]
        if let register, let known = try CheckpointRegister(folder: register, signers: []).unjudgedNote(of: lineage) { notes.append(known) }
        var names: [String] = []
        for signature in notes.flatMap(\.signatures) where !names.contains(signature.name) { names.append(signature.name) }
        return names
    }

    private static func lineage(_ file: ManifestFile) throws(IntegrityError) -> Lineage {
        var notes: [SignedNote] = []
        do throws(IntegrityError) {
            for bytes in file.notes { notes.append(try SignedNote(parsing: bytes, allowingUnsigned: true)) }
            guard let own = notes.popLast() else { throw IntegrityError(.damaged, "it has no note") }
            let lineage = try Lineage(note: own, predecessors: notes)
            try lineage.check()
            return lineage
        } catch {
            throw IntegrityError(error.code, "\(file.name): \(error.message)")
        }
    }

    private static func signer(_ lineage: Lineage, _ trust: ManifestTrust, name: String) throws(IntegrityError) -> TrustedSigner? {
        guard !lineage.note.signatures.isEmpty else {
            if trust.allowsUnsigned { return nil }
            throw IntegrityError(.notSigned, "\(name): nobody signed it, so anybody can have written it")
        }
        do throws(IntegrityError) {
            return try lineage.verify(by: trust.signers)
        } catch {
            throw IntegrityError(error.code, "\(name): \(error.message)")
        }
    }

    /// The entries in order, to be read to the end.
    func entries() throws(IntegrityError) -> ManifestEntries {
        try ManifestEntries(file, entryCount: checkpoint.entryCount, root: checkpoint.root)
    }
}
