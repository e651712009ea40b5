import ArgumentParser
import KeyStore

struct SealRotateRoot: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-root", abstract: "Make a new root key and wrap all keys under it; the seals stay as they are.",
        discussion: """
            Do this after a seal was removed because somebody should no longer have access: whatever they kept of the old root key
            is worth nothing for the store as it is from now on.

            $ coffer seal rotate-root

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        try store.service.rotateRootKey()
        session.output.note("the store has a new root key")
        try session.output.render(SealListResult(seals: LocalKeyService.seals(store.catalog).map(SealResult.Members.init)))
    }
}
