import ArgumentParser
import KeyStore

struct KeyTagList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tags of a key.",
        discussion: """
            $ coffer key tag list backups

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        let tags = try await Listing.tags(of: keyID, in: store.service)
        try session.output.render(TagListResult(tags: tags.map { .init(tagKey: $0.key, tagValue: $0.value) }))
    }
}

/// `ListResourceTagsResponse` of the AWS KMS API.
private struct TagListResult: CommandResult {
    struct Entry: Encodable {
        let tagKey: String
        let tagValue: String
    }

    let tags: [Entry]

    var text: String { TableOutput(header: ["KEY", "VALUE"], rows: tags.map { [$0.tagKey, $0.tagValue] }).text }
}
