import ArgumentParser
import AuditTrail
import Findings
import KeyStore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct AuditAccept: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Go on with the audit trail after events were lost or damaged.",
        discussion: """
            A store changes nothing while its trail ends before the last event it had
            recorded, or has another one in its place: somebody cut the trail, or put back
            an old copy, which may have grown since. Nothing at all is done while the end
            of the trail is damaged. Look into it first; put the trail back from a copy if
            there is one.

            The trail then goes on from the last event before the damage that its key
            vouches for. All that follows is taken out, also what is sound; it is kept
            beside the trail as evidence, with the rest of the damaged file. The event that
            this command writes names that file, and what was wrong.

            $ coffer audit verify
            $ coffer audit accept

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        // What it takes out is on record only when it is done.
        session.context.interruption.allowGrace()
        let time = try session.context.clock.read().wall.rfc3339.filter { $0 != "-" && $0 != ":" }
        let path = Self.unusedName("\(store.files.auditTrail).damaged-\(time)")
        try session.output.render(AcceptedTrail(store.service.acceptAuditTrail(keepingDamaged: path), keptIn: path))
    }

    /// What an attempt of the same second left stays.
    private static func unusedName(_ name: String) -> String {
        let names = [name] + (2...99).map { "\(name)-\($0)" }
        return names.first { access($0, F_OK) != 0 } ?? name
    }
}

private struct AcceptedTrail: CommandResult {
    let accepted: Bool
    let problem: String?
    /// How many events were left, where some were taken out.
    let eventCount: UInt64?
    let removedLineCount: Int?
    /// The file that keeps all that there was.
    let damagedTrail: String?

    init(_ repair: AuditRepair?, keptIn path: String) {
        accepted = repair != nil
        problem = repair?.problem.description
        removedLineCount = repair?.evidence?.removedLineCount
        eventCount = removedLineCount.flatMap { _ in repair?.position.sequence }
        damagedTrail = removedLineCount.map { _ in path }
    }

    var text: String {
        guard accepted else {
            return "nothing to accept: the audit trail is whole, and has the last event that the store recorded; nothing was written\n"
        }
        guard let damagedTrail, let eventCount, let removedLineCount else { return "the audit trail goes on from here\n" }
        return
            "the audit trail goes on after \(CountText.of(eventCount, "event")); \(CountText.of(removedLineCount, "line")) taken out of it\n"
            + "all that there was is kept in \(visible(damagedTrail))\n"
    }
}
