import Findings
import Integrity
import OpenSSL
import SystemPackage

/// A manifest that was written, or that is shown.
struct ManifestResult: CommandResult {
    let file: String
    let manifestID: String
    let sequence: UInt64
    let entryCount: UInt64
    let root: String
    let previousRoot: String?
    let time: String
    let subject: String
    let tool: String
    let signedBy: String?
    var fileCount: UInt64?
    var byteCount: UInt64?
    var verdicts: JSONValue?
    /// Of objects: how many are recorded by what was stored with them.
    var storedChecksumFileCount: UInt64?
    /// Of objects: those that no manifest can name, as far as they are kept.
    var refusedKeys: [String]?

    private enum CodingKeys: String, CodingKey {
        case file, manifestID = "manifestId", sequence, entryCount, root, previousRoot, time, subject, tool, signedBy, fileCount, byteCount,
            verdicts, storedChecksumFileCount, refusedKeys
    }

    init(_ checkpoint: Checkpoint, file: String, signedBy: String?) {
        self.file = file
        manifestID = checkpoint.manifestID.description
        sequence = checkpoint.sequence
        entryCount = checkpoint.entryCount
        root = checkpoint.root.description
        previousRoot = checkpoint.previous?.description
        time = checkpoint.time.description
        subject = checkpoint.subject.visiblePath
        tool = "coffer/\(checkpoint.toolVersion)"
        self.signedBy = signedBy
    }

    init(_ lineage: Lineage, file: String, fileCount: UInt64, byteCount: UInt64, _ report: VerificationReport) {
        self.init(lineage.checkpoint, file: file, signedBy: lineage.note.signatures.first?.name)
        self.fileCount = fileCount
        self.byteCount = byteCount
        verdicts = report.members["Verdicts"] ?? nil
    }

    var text: String {
        let content = fileCount.map { "\(CountText.of($0, "file")), \(ByteText.decimal(byteCount ?? 0))" }
        return FieldsOutput([
            ("Manifest", file), ("Of", subject), ("Entries", "\(entryCount)"), ("Content", content),
            (
                "Not read",
                storedChecksumFileCount.flatMap {
                    $0 > 0 ? "\(CountText.of($0, "file")), recorded by the SHA-256 that was stored with them" : nil
                }
            ),
            ("Root", root),
            ("Previous root", previousRoot), ("Time", time), ("Sequence", "\(sequence)"), ("Id", manifestID), ("Made by", tool),
            ("Signed by", signedBy ?? "nobody"),
        ]).text
    }
}

extension VerificationReport {
    /// Lists what could not be read while a manifest was made.
    /// - Throws: `FindingsReported` with status 5 when there is something.
    func requireReadable(in session: Session) throws {
        guard self[.unreadable] > 0 else { return }
        if !session.output.wantsJSON {
            for verdict in verdicts where verdict.verdict == .unreadable {
                let reason = verdict.remark?.text ?? verdict.errno.map { "\($0)" } ?? "it cannot be read"
                session.output.fail(Failure(status: .damaged, code: "Unreadable", message: "\(verdict.path): \(reason)"))
            }
        }
        throw FindingsReported(
            status: .damaged, code: "Unreadable",
            message:
                "\(CountText.of(self[.unreadable], "entry", plural: "entries")) could not be read or opened; the manifest says so, or still says what they were",
            hint: nil)
    }
}

extension ManifestCreate {
    func noteMissingSignature(_ signer: ManifestSigner?, in session: Session) {
        guard signer == nil else { return }
        session.output.note("the manifest is not signed: it shows damage, but not what somebody wants to hide; see --sign-with")
    }
}

extension LazyStore {
    func signer(_ key: KeyReference?) async throws -> ManifestSigner? {
        guard let key else { return nil }
        return try await ManifestSigner(service: try open().service, keyID: key.serviceName)
    }

    /// Remembers manifests that these keys sign.
    nonisolated func register(of signers: [TrustedSigner]) -> CheckpointRegister? {
        guard !signers.isEmpty, let folder = manifestRegister else { return nil }
        return CheckpointRegister(folder: folder, signers: signers)
    }
}
