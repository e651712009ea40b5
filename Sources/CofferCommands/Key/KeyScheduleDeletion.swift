import ArgumentParser
import KeyStore

struct KeyScheduleDeletion: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule-deletion", abstract: "Delete a key after a waiting time.",
        discussion: """
            Until then the key cannot be used, and the deletion can be cancelled.
            Afterwards nothing that was encrypted under it can be opened again, except
            with a backup of the key. Where a device is enrolled (`coffer mfa`), a code is
            asked for; of a key of a bucket with MFA delete, whatever `coffer mfa
            protect-keys` says.

            $ coffer key schedule-deletion old --days 7
            $ coffer key schedule-deletion old --mfa 'phone 123456'
            $ coffer key cancel-deletion 1234abcd-12ab-34cd-56ef-1234567890ab

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Option(name: .long, help: "How long to wait, 7 to 30 days.") var days = 30
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        let response = try await store.deletionGate.guarding(keyID, of: store, mfa, in: session) {
            try await store.service.scheduleKeyDeletion(keyID: keyID, pendingWindowInDays: days)
        }
        try session.output.render(ScheduleDeletionResult(response))
    }
}

/// `ScheduleKeyDeletionResponse` of the AWS KMS API.
private struct ScheduleDeletionResult: CommandResult {
    let deletionDate: String
    let keyId: String
    let keyState: String
    let pendingWindowInDays: Int

    init(_ response: ScheduleKeyDeletionResponse) {
        deletionDate = response.deletionDate.rfc3339
        keyId = response.keyARN
        keyState = response.keyState.rawValue
        pendingWindowInDays = response.pendingWindowInDays
    }

    var text: String { "\(keyId) will be deleted at \(deletionDate)\n" }
}
