import ArgumentParser
import KeyStore

struct KeyList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all keys.",
        discussion: """
            $ coffer key list
            $ coffer key list --json | jq -r '.Keys[] | .KeyState + " " + .KeyArn'

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let metadata = try await Listing.keys(in: store.service)
        let aliases = try await Dictionary(grouping: Listing.aliases(of: nil, in: store.service), by: \.targetKeyID)
        try session.output.render(
            KeyListResult(
                keys: metadata.map { KeyListResult.Entry($0, aliases: aliases[$0.keyID, default: []].map(\.aliasName)) }))
    }
}

private struct KeyListResult: CommandResult {
    struct Entry: Encodable {
        let aliases: [String]
        let creationDate: String
        let description: String
        let keyArn: String
        let keyId: String
        let keySpec: String
        let keyState: String
        let keyUsage: String

        init(_ metadata: KeyMetadata, aliases: [String]) {
            self.aliases = aliases
            creationDate = metadata.creationDate.rfc3339
            description = metadata.description
            keyArn = metadata.arn
            keyId = metadata.keyID
            keySpec = metadata.keySpec.rawValue
            keyState = metadata.keyState.rawValue
            keyUsage = metadata.keyUsage.rawValue
        }
    }

    let keys: [Entry]

    var text: String {
        TableOutput(
            header: ["KEY ID", "ALIASES", "SPEC", "STATE", "CREATED"],
            rows: keys.map { key in
                let aliases = key.aliases.map { $0.dropping(prefix: "alias/") ?? $0 }.joined(separator: ",")
                return [key.keyId, aliases.isEmpty ? "-" : aliases, key.keySpec, key.keyState, key.creationDate]
            }
        ).text
    }
}
