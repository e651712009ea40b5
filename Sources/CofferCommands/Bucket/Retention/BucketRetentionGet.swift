import ArgumentParser
import ObjectStore

struct BucketRetentionGet: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show whether Object Lock is on, and the default retention.",
        discussion: """
            $ coffer bucket retention get evidence

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(BucketRetentionResult(objects.getObjectLockConfiguration(bucket)))
    }
}
