import ArgumentParser
import ObjectStore

/// `coffer bucket tag`: words of the owner's on buckets.
struct BucketTagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "List, set and remove tags of a bucket.",
        discussion: """
            $ coffer bucket tag put backups team=ops tier=gold
            $ coffer bucket tag list backups

            \(ExitStatus.help)
            """,
        subcommands: [BucketTagList.self, BucketTagPut.self, BucketTagDelete.self])
}

/// `Tag` of the S3 API.
struct TagMembers: Encodable {
    let key: String
    let value: String

    static func all(of tags: TagSet) -> [TagMembers] { tags.tags.map { TagMembers(key: $0.key, value: $0.value) } }
}

/// Output of GetBucketTagging, and with a version of GetObjectTagging.
struct TagSetResult: CommandResult {
    private let tagSet: [TagMembers]
    private let versionId: String?

    private enum CodingKeys: String, CodingKey { case tagSet, versionId }

    init(_ tags: TagSet, versionID: VersionID? = nil) {
        tagSet = TagMembers.all(of: tags)
        versionId = versionID?.text
    }

    var text: String {
        tagSet.isEmpty ? "" : TableOutput(header: ["KEY", "VALUE"], rows: tagSet.map { [visible($0.key), visible($0.value)] }).text
    }
}
