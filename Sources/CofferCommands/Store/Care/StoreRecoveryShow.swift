import ArgumentParser
import ObjectStore

struct StoreRecoveryShow: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the recovery recipient.",
        discussion: """
            $ coffer store recovery show

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await show(objects.recoveryRecipient(), in: session)
    }

    func runWithoutObjects(in session: Session) throws { try show(nil, in: session) }

    private func show(_ recipient: String?, in session: Session) throws {
        if recipient == nil { session.output.note("there is no recovery recipient; see `coffer store recovery --help`") }
        try session.output.render(RecoveryRecipientResult(recipient: recipient))
    }
}
