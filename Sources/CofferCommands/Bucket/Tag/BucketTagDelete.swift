import ArgumentParser
import ObjectStore

struct BucketTagDelete: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove all tags of a bucket.",
        discussion: """
            $ coffer bucket tag delete backups

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await objects.deleteBucketTagging(bucket)
        try session.output.render(BucketNameResult(bucket))
    }
}
