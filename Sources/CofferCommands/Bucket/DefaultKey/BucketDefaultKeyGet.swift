import ArgumentParser
import ObjectStore

struct BucketDefaultKeyGet: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show the key of new objects.",
        discussion: """
            $ coffer bucket default-key get backups

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(BucketEncryptionResult(objects.getBucketEncryption(bucket)))
    }
}
