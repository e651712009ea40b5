import ArgumentParser
import ObjectStore

struct StoreRecoverySet: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Seal every new object for this recipient, too.",
        discussion: """
            Objects that are there stay as they are, until `coffer store rewrap`.

            $ coffer store recovery set age1…

            \(ExitStatus.help)
            """)

    static let access = LocalObjectService.Access.createIfMissing

    @Argument(help: ArgumentHelp("The recipient of the identity.", valueName: "age1…")) var recipient: String
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await objects.setRecoveryRecipient(recipient)
        session.output.note("new objects can be opened with the identity of \(visible(recipient)) as well")
        try session.output.render(ChangedRecoveryResult(recipient: recipient))
    }
}
