import ArgumentParser
import AuditTrail
import Findings
import KeyStore

struct AuditAccept: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Go on with the audit trail as it is, after events were lost.",
        discussion: """
            A store changes nothing while its trail ends before the last event it had
            recorded, or has another one in its place: somebody cut the trail, or put back
            an old copy, which may have grown since. Nothing at all is done while the end
            of the trail is damaged. Look into it first; put the trail back from a copy if
            there is one.

            A damaged trail goes on from its last authentic event, and all that there was
            is kept beside it, as evidence. What was lost stays on record in the event that
            this command writes.

            $ coffer audit verify
            $ coffer audit accept

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let time = try session.context.clock.read().wall.rfc3339.filter { $0 != "-" && $0 != ":" }
        let kept = "\(store.files.auditTrail).damaged-\(time)"
        switch try store.service.acceptAuditTrail(keepingDamaged: kept) {
        case .sound: try session.output.render(AcceptedTrail(accepted: false))
        case .accepted: try session.output.render(AcceptedTrail(accepted: true))
        case .repaired(let repair): try session.output.render(AcceptedTrail(kept: kept, repair))
        }
    }
}

private struct AcceptedTrail: CommandResult {
    let accepted: Bool
    /// The copy of a damaged trail.
    var damagedTrail: String?
    var problem: String?
    /// How many events of it were kept.
    var eventCount: UInt64?

    init(accepted: Bool) { self.accepted = accepted }

    init(kept: String, _ repair: AuditRepair) {
        (accepted, damagedTrail, problem, eventCount) = (true, kept, repair.problem.description, repair.position.sequence)
    }

    var text: String {
        guard accepted else {
            return "nothing to accept: the audit trail is whole, and has the last event that the store recorded; nothing was written\n"
        }
        guard let damagedTrail, let eventCount else { return "the audit trail goes on from here\n" }
        return
            "the audit trail goes on after \(CountText.of(eventCount, "sound event")); the damaged one is kept in \(visible(damagedTrail))\n"
    }
}
