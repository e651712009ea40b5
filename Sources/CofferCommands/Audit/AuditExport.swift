import ArgumentParser
import AuditTrail
import Findings
import Integrity
import KeyStore
import SystemPackage

struct AuditExport: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a signed copy of the trail, which others can verify without the store.",
        discussion: """
            The trail is verified while it is copied. FILE has its events as JSON lines,
            and FILE.note the signature, so whoever has both and the public key can tell
            that no event was changed, left out or added.

            Without coffer they do it so; the first line of `statement` has to be
            coffer-audit-trail/1, and its sha256 that of the file:

            $ sed '/^$/,$d' trail-2026.jsonl.note > statement
            $ sed -n '$s/.* //p' trail-2026.jsonl.note | base64 -d | tail -c 64 > sig
            $ openssl pkeyutl -verify -pubin -inkey audit.pem -rawin \\
                -in statement -sigfile sig
            $ cat statement; sha256sum trail-2026.jsonl

            With coffer:

            $ coffer key create --alias audit-key --spec ECC_NIST_EDWARDS25519 \\
                --usage SIGN_VERIFY
            $ coffer audit export -o trail-2026.jsonl --sign-with audit-key
            $ coffer key public audit-key -o audit.pem
            $ coffer audit verify trail-2026.jsonl --public-key audit.pem

            \(ExitStatus.help)
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("The copy; its signature goes to FILE.note.", valueName: "file"), completion: .file())
    var output: String
    @Option(name: .long, help: ArgumentHelp("Sign with this key (of the spec ECC_NIST_EDWARDS25519).", valueName: "key"))
    var signWith: KeyReference
    @Flag(name: .long, help: "Replace existing files.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard output != "-" else { throw ValidationError("a trail and its signature are two files: name one, not stdout") }
    }

    func check(in session: Session) throws {
        try session.context.arguments.requireText(output)
        try OutputFile.checkAll([output, AuditNote.path(of: output)], replacing: force)
    }

    func run(on store: OpenStore, in session: Session) async throws {
        session.context.interruption.allowGrace()
        let signer = try await ManifestSigner(service: store.service, keyID: signWith.serviceName)
        let note = try await write(store, signer, in: session)
        try session.output.render(AuditExportResult(output, note))
        session.output.note("next: keep \(AuditNote.path(of: output)) elsewhere, for `coffer audit verify --note`")
    }

    /// The note is written before the trail gets its name, so that no trail is without one.
    private func write(_ store: OpenStore, _ signer: ManifestSigner, in session: Session) async throws -> AuditNote {
        let noteFile = OutputFile(path: AuditNote.path(of: output), replacing: force)
        var isNoteWritten = false
        do {
            return try await OutputFile(path: output, replacing: force).writePieces { write in
                let copy = try store.trail.copy(verifyingAgainst: store.service.auditAnchor()) { piece in
                    try Task.checkCancellation()
                    try write(piece)
                }
                try copy.requireAttested()
                let note = try await AuditNote(copy, signedBy: signer, in: session)
                try noteFile.write(note.note.bytes)
                isNoteWritten = true
                return note
            }
        } catch {
            if isNoteWritten, !force { noteFile.remove() }
            throw error
        }
    }
}

extension AuditCopy {
    /// - Throws: `CommandError` when the trail is not what was recorded, or when it ends in events that anybody could have put there.
    func requireAttested() throws {
        try verification.requireIntact("the audit trail")
        let tail = position.sequence - verification.authenticatedCount
        guard tail == 0 else {
            throw CommandError(
                .auditUnattested,
                "nothing vouches yet for the last \(CountText.of(tail, "event")) of the audit trail, recorded while the store was sealed",
                hint: "run it again: each event of an open store vouches for those before it")
        }
    }
}

private struct AuditExportResult: CommandResult {
    let file: String
    let note: String
    let eventCount: UInt64
    let sha256: String
    let time: String
    let signedBy: String?

    init(_ file: String, _ note: AuditNote) {
        self.file = file
        self.note = AuditNote.path(of: file)
        eventCount = note.statement.position.sequence
        sha256 = note.statement.digest.hexadecimal
        time = note.time
        signedBy = note.signer.name
    }

    var text: String {
        FieldsOutput([
            ("Trail", visible(file)), ("Note", visible(note)), ("Events", "\(eventCount)"), ("SHA-256", sha256), ("Time", time),
            ("Signed by", signedBy),
        ]).text
    }
}
