import ArgumentParser
import ObjectStore

struct BucketVersioningEnable: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Keep old versions from now on.",
        discussion: """
            While MFA delete is on, a code is asked for.

            $ coffer bucket versioning enable backups

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await BucketVersioningChange.put(VersioningConfiguration(status: .enabled), to: bucket, mfa, on: objects, in: session)
    }
}
