import ArgumentParser
import KeyStore

struct AliasList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List aliases, of all keys or of one.",
        discussion: """
            $ coffer alias list
            $ coffer alias list --key 1234abcd-12ab-34cd-56ef-1234567890ab

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @Option(name: .long, help: "Only those of this key.") var key: KeyReference?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key?.keyID(in: store.service)
        let aliases = try await Listing.aliases(of: keyID, in: store.service)
        try session.output.render(AliasListResult(aliases: aliases.map(AliasListResult.Entry.init)))
    }
}

/// `ListAliasesResponse` of the AWS KMS API.
private struct AliasListResult: CommandResult {
    struct Entry: Encodable {
        let aliasArn: String
        let aliasName: String
        let creationDate: String
        let lastUpdatedDate: String
        let targetKeyId: String

        init(_ entry: AliasListEntry) {
            aliasArn = entry.aliasARN
            aliasName = entry.aliasName
            creationDate = entry.creationDate.rfc3339
            lastUpdatedDate = entry.lastUpdatedDate.rfc3339
            targetKeyId = entry.targetKeyID
        }
    }

    let aliases: [Entry]

    var text: String {
        TableOutput(header: ["ALIAS", "KEY ID", "UPDATED"], rows: aliases.map { [$0.aliasName, $0.targetKeyId, $0.lastUpdatedDate] }).text
    }
}
