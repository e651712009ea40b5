import ArgumentParser
import Envelope

struct IdentityPublic: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "public", abstract: "Show the recipients of an identity file, as age-keygen -y does.",
        discussion: """
            Of an ssh private key, the public one is shown.

            $ coffer identity public key.txt
            $ coffer identity new | tee key.txt | coffer identity public -

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The identity file; - is stdin.", valueName: "file"), completion: .file()) var file: String
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(with store: LazyStore, in session: Session) async throws {
        let recipients = try await OwnRecipients.texts(file, Keys(options.unlock, store, in: session))
        try session.output.render(RecipientsResult(recipients: recipients))
    }
}

private struct RecipientsResult: CommandResult {
    let recipients: [String]
    var text: String { recipients.map { $0 + "\n" }.joined() }

    private enum CodingKeys: CodingKey { case recipients }
}
