import ArgumentParser
import ObjectStore

struct BucketLifecycleDelete: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove all lifecycle rules: nothing is deleted by itself any more.",
        discussion: """
            $ coffer bucket lifecycle delete backups

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await objects.putBucketLifecycleConfiguration(PutBucketLifecycleConfigurationRequest(bucket: bucket, nil))
        try session.output.render(BucketNameResult(bucket))
    }
}
