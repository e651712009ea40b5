import ArgumentParser
import ObjectStore

struct BucketDefaultKeyUnset: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Seal new objects under the store's default key.",
        discussion: """
            $ coffer bucket default-key unset backups

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await objects.deleteBucketEncryption(bucket)
        try session.output.render(BucketNameResult(bucket))
    }
}
