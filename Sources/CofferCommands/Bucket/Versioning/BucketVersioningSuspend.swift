import ArgumentParser
import ObjectStore

struct BucketVersioningSuspend: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Keep no further versions; those that are there stay.",
        discussion: """
            While MFA delete is on, a code is asked for.

            $ coffer bucket versioning suspend backups

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await BucketVersioningChange.put(VersioningConfiguration(status: .suspended), to: bucket, mfa, on: objects, in: session)
    }
}
