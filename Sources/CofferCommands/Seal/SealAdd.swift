import ArgumentParser
import KeyStore

struct SealAdd: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Let one more thing open the store; prints the new seal's id.",
        discussion: """
            $ coffer seal add passphrase --label "second operator"
            $ coffer seal add keyfile:/etc/coffer/key
            $ coffer seal add recovery:age1…

            \(ExitStatus.help)
            """)

    @Argument(help: SealArgument.help) var seal: SealArgument
    @Option(name: .long, help: "What to call it.") var label: String?
    @OptionGroup var newPassphrase: NewPassphraseOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let added = try seal.make(newPassphrase: newPassphrase, in: session) { seal in
            try store.service.addSeal(seal, label: label ?? self.seal.defaultLabel)
        }
        try session.output.render(SealResult(added))
    }
}
