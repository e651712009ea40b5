import ArgumentParser
import KeyStore

struct KeyLastUsed: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "last-used", abstract: "Show when a key was last used, before it is disabled or deleted.",
        discussion: """
            $ coffer key last-used backups

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        try await session.output.render(LastUsageResult(store.service.getKeyLastUsage(keyID: keyID)))
    }
}

/// `GetKeyLastUsageResponse` of the AWS KMS API.
private struct LastUsageResult: CommandResult {
    struct Usage: Encodable {
        let eventId: String
        let operation: String
        let timestamp: String
    }

    let keyCreationDate: String
    let keyId: String
    let keyLastUsage: Usage?
    let trackingStartDate: String

    init(_ response: GetKeyLastUsageResponse) {
        keyCreationDate = response.keyCreationDate.rfc3339
        keyId = response.keyARN
        keyLastUsage = response.keyLastUsage.map {
            Usage(eventId: $0.eventID, operation: $0.operation, timestamp: $0.timestamp.rfc3339)
        }
        trackingStartDate = response.trackingStartDate.rfc3339
    }

    var text: String {
        guard let keyLastUsage else { return "not used since \(trackingStartDate)\n" }
        return "\(keyLastUsage.timestamp)  \(keyLastUsage.operation)  (event \(keyLastUsage.eventId))\n"
    }
}
