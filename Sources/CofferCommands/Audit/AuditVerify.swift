import ArgumentParser
import AuditTrail
import Findings
import Integrity
import KeyStore

struct AuditVerify: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that no event was changed, removed, reordered or added by anybody else.",
        discussion: """
            Exit status 5 and the first problem by line and event if something is wrong.

            FILE is one that `coffer audit export` wrote. No store is needed then, but a
            key that you trust; status 4 if none of them signed it.

            A note that is kept elsewhere shows that the store and its trail were not both
            put back to an earlier day.

            $ coffer audit verify
            $ coffer audit verify --note /mnt/usb/trail-2026.jsonl.note
            $ coffer audit verify trail-2026.jsonl --public-key audit.pem

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("An exported trail; without it, that of the store.", valueName: "file"), completion: .file())
    var file: String?
    @Option(
        name: .long,
        help: ArgumentHelp("Its signature (default: FILE.note). Without FILE: the store's trail must go on from it.", valueName: "file"),
        completion: .file())
    var note: String?
    @OptionGroup(title: "Trust") var trust: SignerOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard file == nil, note == nil else { return }
        guard trust.signer.isEmpty, trust.publicKey.isEmpty else {
            throw ValidationError("--signer and --public-key are about an exported trail or its note: name its file")
        }
    }

    func run(with store: LazyStore, in session: Session) async throws {
        if let note { try session.context.arguments.requireText(note) }
        if let file {
            let trail = try ExportedTrail.open(file, in: session)
            let note = try await AuditNote(reading: note ?? AuditNote.path(of: file), trust, store, in: session)
            return try session.output.render(AuditVerificationResult(try Self.verify(trail, file, note), note))
        }
        let note = if let note { try await AuditNote(reading: note, trust, store, in: session) } else { AuditNote?.none }
        let store = try await store.open()
        let verification = try store.trail.verify(against: store.service.auditAnchor())
        try verification.requireIntact(
            "the audit trail", hint: "\(Self.evidence); put the trail back from an earlier one, or go on with `coffer audit accept`")
        if let note, try !store.trail.contains(note.statement.position) {
            throw CommandError(
                .auditDamaged,
                "the audit trail does not have event \(note.statement.position.sequence) as it was exported at \(note.time): "
                    + "the store was put back to an earlier copy, or its trail was replaced or cut; `coffer audit list --event-name AcceptAuditTrail` "
                    + "tells of what was accepted",
                hint: "\(Self.evidence); the export still shows what is missing")
        }
        try session.output.render(AuditVerificationResult(verification, goingOnFrom: note))
    }

    private static let evidence = "keep a copy of the store's directory as evidence"

    /// What is wrong with the chain is told first, because it names the event.
    private static func verify(_ trail: AuditTrail, _ file: String, _ note: AuditNote) throws -> AuditVerification {
        let copy = try trail.copy(verifyingAgainst: nil) { _ in }
        try copy.verification.requireIntact(file)
        let signed = note.statement.position
        guard copy.position.sequence == signed.sequence else {
            throw CommandError(
                .auditDamaged,
                "\(visible(file)) has \(CountText.of(copy.position.sequence, "event")), and its note was signed for \(signed.sequence)",
                hint: "events were added or cut off, or the note is that of another export")
        }
        guard copy.position == signed, copy.digest == note.statement.digest, copy.verification.unfinishedByteCount == 0 else {
            throw CommandError(.auditDamaged, "\(visible(file)) is damaged: its bytes are not those that were signed")
        }
        return copy.verification
    }
}

extension AuditVerification {
    /// - Parameter subject: the trail, for people.
    /// - Throws: `CommandError` (`auditDamaged`).
    func requireIntact(_ subject: String, hint: String? = nil) throws {
        guard let problem = firstProblem else { return }
        throw CommandError(.auditDamaged, "\(visible(subject)) is damaged: \(visible(problem.description))", hint: hint)
    }
}

private struct AuditVerificationResult: CommandResult {
    let authenticatedCount: UInt64
    let eventCount: UInt64
    let acceptanceCount: UInt64
    let intact = true
    /// Of an exported trail, or of the export that the trail of the store goes on from.
    private let time: String?
    private let signedBy: String?
    private let isExport: Bool

    private enum CodingKeys: CodingKey { case authenticatedCount, eventCount, acceptanceCount, intact, time, signedBy }

    init(_ verification: AuditVerification, goingOnFrom note: AuditNote?) {
        authenticatedCount = verification.authenticatedCount
        (eventCount, acceptanceCount) = (verification.eventCount, verification.acceptanceCount)
        (time, signedBy, isExport) = (note?.time, note?.signer.name, false)
    }

    /// The signature vouches for all of it.
    init(_ verification: AuditVerification, _ note: AuditNote) {
        (authenticatedCount, eventCount) = (verification.eventCount, verification.eventCount)
        acceptanceCount = verification.acceptanceCount
        (time, signedBy, isExport) = (note.time, note.signer.name, true)
    }

    var text: String {
        let tail = eventCount - authenticatedCount
        let sealed = tail == 0 ? "" : "; the last \(tail) while the store was sealed"
        let signer = visible(signedBy ?? "the given key")
        let export = time.map { isExport ? "; exported at \($0), signed by \(signer)" : "; they go on from the export of \($0)" } ?? ""
        let recorded = eventCount == 1 ? "as it was recorded" : "all as they were recorded"
        // That all is well now does not mean that all is here.
        let accepted =
            acceptanceCount == 0
            ? ""
            : "\(CountText.of(acceptanceCount, "time")) others were lost or taken out, which was accepted: see "
                + "`coffer audit list --event-name AcceptAuditTrail`\n"
        return "\(CountText.of(eventCount, "event")), \(recorded)\(sealed)\(export)\n\(accepted)"
    }
}
