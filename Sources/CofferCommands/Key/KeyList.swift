import ArgumentParser
import KeyStore

struct KeyList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all keys.",
        discussion: """
            $ coffer key list
            $ coffer key list --json | jq -r '.Keys[] | select(.KeyState == "Disabled") | .KeyArn'

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @OptionGroup(title: "Global options") var options: StoreOptions

    /// So many descriptions are under way at a time; their audit events then share one write to the disk.
    private static let concurrentDescriptions = 64

    func run(on store: OpenStore, in session: Session) async throws {
        let entries = try await Listing.keys(in: store.service)
        let metadata = try await describe(entries.map(\.keyID), in: store.service)
        let aliases = try await Dictionary(grouping: Listing.aliases(of: nil, in: store.service), by: \.targetKeyID)
        try session.output.render(
            KeyListResult(
                keys: metadata.map { KeyListResult.Entry($0, aliases: aliases[$0.keyID, default: []].map(\.aliasName)) }))
    }

    /// In the order of the listing. A key that was deleted since it was listed is left out.
    private func describe(_ keyIDs: [String], in service: LocalKeyService) async throws -> [KeyMetadata] {
        try await withThrowingTaskGroup(of: (Int, KeyMetadata?).self) { group in
            var described = [KeyMetadata?](repeating: nil, count: keyIDs.count)
            var next = 0
            while next < keyIDs.count || !group.isEmpty {
                if next < keyIDs.count, next < Self.concurrentDescriptions {
                    add(next, keyIDs[next], to: &group, service)
                    next += 1
                    continue
                }
                guard let (index, metadata) = try await group.next() else { break }
                described[index] = metadata
                if next < keyIDs.count {
                    add(next, keyIDs[next], to: &group, service)
                    next += 1
                }
            }
            return described.compactMap(\.self)
        }
    }

    private func add(
        _ index: Int, _ keyID: String, to group: inout ThrowingTaskGroup<(Int, KeyMetadata?), any Error>, _ service: LocalKeyService
    ) {
        group.addTask {
            do throws(KeyStoreError) {
                return (index, try await service.describeKey(keyID: keyID))
            } catch {
                guard error.code == .notFound else { throw error }
                return (index, nil)
            }
        }
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
