import ArgumentParser
import ObjectStore

struct BucketMFADeleteEnable: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Ask for a code before a version is deleted for good.",
        discussion: """
            Whether versions are kept stays as it is.

            $ coffer bucket mfa-delete enable backups
            $ coffer bucket mfa-delete enable backups --mfa 'phone 123456'

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await BucketMFADeleteChange.put(.enabled, to: bucket, mfa, on: objects, in: session)
    }
}
