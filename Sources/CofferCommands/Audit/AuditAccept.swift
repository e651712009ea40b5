import ArgumentParser
import KeyStore

struct AuditAccept: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Go on with the audit trail as it is, after events were lost.",
        discussion: """
            A store changes nothing while its trail ends before the last event it had
            recorded, or has another one in its place: somebody cut the trail, or put back
            an old copy, which may have grown since. Look into it first; put the trail back
            from a copy if there is one. What was lost stays on record in the event that
            this command writes.

            $ coffer audit verify
            $ coffer audit accept

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        try store.service.acceptAuditTrail()
        try session.output.render(AcceptedTrail())
    }
}

private struct AcceptedTrail: CommandResult {
    let accepted = true

    private enum CodingKeys: CodingKey { case accepted }

    var text: String { "the audit trail goes on from here\n" }
}
