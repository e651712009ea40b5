import ArgumentParser
import ObjectStore

struct StoreRecoveryUnset: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Seal new objects for their KMS key alone.",
        discussion: """
            Objects that are there can still be opened with the identity.

            $ coffer store recovery unset

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await objects.setRecoveryRecipient(nil)
        try session.output.render(ChangedRecoveryResult(recipient: nil))
    }
}
