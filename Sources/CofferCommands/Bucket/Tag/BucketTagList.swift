import ArgumentParser
import ObjectStore

struct BucketTagList: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tags of a bucket.",
        discussion: """
            $ coffer bucket tag list backups

            \(ExitStatus.help)
            """,
        aliases: ["get"])

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(TagSetResult(objects.getBucketTagging(bucket)))
    }
}
