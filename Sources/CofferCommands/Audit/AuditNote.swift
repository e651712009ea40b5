import AuditTrail
import Integrity
import KeyStore

/// The signed statement beside an exported trail.
struct AuditNote {
    let statement: AuditStatement
    let note: SignedNote
    let signer: TrustedSigner

    /// Where the note of a trail lies unless it is said.
    static func path(of trail: String) -> String { "\(trail).note" }

    /// When the trail was exported, by RFC 3339.
    var time: String { Timestamp(seconds: statement.time).rfc3339 }

    /// - Throws: `CommandError` (`libraryFailure`) for a clock that shows no year with four digits; `IntegrityError` of signing.
    init(_ copy: AuditCopy, signedBy signer: ManifestSigner, in session: Session) async throws {
        let now = try session.context.clock.read().wall
        guard
            let statement = AuditStatement(
                position: copy.position, digest: copy.digest, tool: "coffer/\(CommandContext.version)", time: now.seconds)
        else {
            throw CommandError(.libraryFailure, "the clock says \(now.rfc3339), which is no time to sign")
        }
        self.statement = statement
        note = try await signer.sign(statement.text, of: "the audit trail")
        self.signer = signer.signer
    }

    /// Reads a note, and believes it only if somebody who is trusted has signed it.
    init(reading path: String, _ trust: SignerOptions, _ store: LazyStore, in session: Session) async throws {
        note = try SignedNote(
            parsing: try PublicFile.read(path, as: "note of the trail", atMost: SignedNote.maximumByteCount, in: session))
        let signers = try await trust.signers(note.signatures.map(\.name), store, in: session)
        signer = try note.verify(by: signers)
        statement = try AuditStatement(parsing: note.text)
    }
}
