import ArgumentParser
import ObjectStore

struct BucketLifecycleGet: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show the lifecycle rules of a bucket.",
        discussion: """
            With --json as `aws s3api get-bucket-lifecycle-configuration` shows them, and
            as `put --file` takes them.

            $ coffer bucket lifecycle get backups
            $ coffer bucket lifecycle get backups --json > lifecycle.json

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(LifecycleDocument(objects.getBucketLifecycleConfiguration(bucket)))
    }
}
