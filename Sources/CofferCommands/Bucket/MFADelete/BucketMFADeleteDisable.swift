import ArgumentParser
import ObjectStore

struct BucketMFADeleteDisable: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Ask for no codes any more.",
        discussion: """
            Whether versions are kept stays as it is.

            $ coffer bucket mfa-delete disable backups
            $ coffer bucket mfa-delete disable backups --mfa 'phone 123456'

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await BucketMFADeleteChange.put(.disabled, to: bucket, mfa, on: objects, in: session)
    }
}
