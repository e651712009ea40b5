import ArgumentParser
import ObjectStore

struct BucketTagPut: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Set the tags of a bucket; those that it had are gone.",
        discussion: """
            $ coffer bucket tag put backups team=ops tier=gold

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @Argument(help: ArgumentHelp("All tags, at most 50.", valueName: "key=value")) var tags: [String]
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try (bucket.parse(), tagSet()) }

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await objects.putBucketTagging(bucket, tagSet())
        try session.output.render(BucketNameResult(bucket))
    }

    private func tagSet() throws -> TagSet { try TagSetArgument.parse(tags, option: "tag", limit: TagSet.maximumBucketTagCount) }
}
