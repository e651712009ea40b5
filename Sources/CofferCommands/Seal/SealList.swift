import ArgumentParser
import KeyCatalog
import KeyStore

/// Needs no passphrase: it says what would open the store.
struct SealList: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what opens the store. Asks for no passphrase.",
        discussion: """
            $ coffer seal list

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @OptionGroup(title: "Global options") var output: OutputOptions
    @OptionGroup var home: HomeOption

    var outputOptions: OutputOptions { output }

    func run(in session: Session) async throws {
        let files = StoreFiles(directory: home.path(in: session.context))
        try Directory.requirePrivate(files.directory)
        let seals = try LocalKeyService.seals(KeyCatalog(path: files.catalog, access: .readOnly))
        try session.output.render(SealListResult(seals: seals.map(SealResult.Members.init)))
    }
}
