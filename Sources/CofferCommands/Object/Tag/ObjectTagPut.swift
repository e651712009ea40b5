import ArgumentParser
import ObjectStore

struct ObjectTagPut: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Set the tags of an object; those that it had are gone (PutObjectTagging).",
        discussion: """
            Tags come as key=value, percent-encoded with --tagging 'a=b&c=d', or as JSON of
            `aws s3api put-object-tagging --tagging`.

            $ coffer object tag put --bucket backups --key a.tar tier=gold team=ops
            $ coffer object tag put --bucket backups --key a.tar --tagging tags.json

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @Argument(help: ArgumentHelp("All tags, at most 10.", valueName: "key=value")) var tags: [String] = []
    @Option(name: .long, help: ArgumentHelp("All tags: a=b&c=d, or JSON, or a file that holds it.", valueName: "tags")) var tagging: String?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard tags.isEmpty == (tagging != nil) else { throw ValidationError("give tags, or --tagging") }
    }

    func check(in session: Session) throws { _ = try object.reference(version, in: session) }

    private func tagSet(in session: Session) throws -> TagSet {
        guard let tagging else { return try TagSetArgument.parse(tags, option: "tag", limit: TagSet.maximumObjectTagCount) }
        if tagging.contains("="), !tagging.hasPrefix("{") { return try TagSet(query: tagging) }
        guard let document = JSONArgument(argument: tagging) else { return .empty }
        return try TaggingDocument.parse(document.read(in: session.context, option: "--tagging"))
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let response = try await objects.putObjectTagging(object.reference(version, in: session), tagSet(in: session))
        try session.output.render(S3Answer(["VersionId": .text(response.versionID?.text)]))
    }
}

/// `Tagging` of the S3 API.
enum TaggingDocument {
    static func parse(_ document: JSONDocument) throws -> TagSet {
        var members = try document.members()
        let tags = try members.required(members.array("TagSet"), "TagSet").map { entry in
            var members = entry
            let tag = try ObjectTag(
                key: members.required(members.string("Key"), "Key"), value: members.required(members.string("Value"), "Value"))
            try members.requireEnd()
            return tag
        }
        try members.requireEnd()
        return try TagSet(tags)
    }
}
