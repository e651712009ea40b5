import ArgumentParser
import ObjectStore

struct ObjectCopy: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy an object without encrypting it anew (CopyObject).",
        discussion: """
            Metadata and tags come along unless a directive says REPLACE. A copy of an old
            version onto its own key makes it the current one again.

            $ coffer object copy --copy-source backups/a.tar --bucket archive --key a.tar
            $ coffer object copy --copy-source 'backups/a.tar?versionId=3f2a…' \\
                --bucket backups --key a.tar

            \(ExitStatus.help)
            """)

    @OptionGroup var source: CopySourceOption
    @OptionGroup var object: ObjectOptions
    @Option(name: .long, help: "COPY or REPLACE what is said about the content, and the metadata.") var metadataDirective: CopyDirective =
        .copy
    @OptionGroup(title: "What is said about it") var content: ContentOptions
    @Option(name: .long, help: "COPY or REPLACE the tags.") var taggingDirective: CopyDirective = .copy
    @OptionGroup(title: "What is said about it") var tagging: TaggingOption
    @Option(name: .long, help: "The checksum that is kept; without it, the source's.") var checksumAlgorithm: ChecksumAlgorithm?
    @OptionGroup(title: "Conditions") var sourceConditions: CopySourceConditionOptions
    @OptionGroup(title: "Conditions") var conditions: WriteConditionOptions
    @OptionGroup(title: "Protection") var encryption: EncryptionOptions
    @OptionGroup(title: "Protection") var lock: LockOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        // S3 would take and ignore them.
        guard metadataDirective == .replace || content.isEmpty else {
            throw ValidationError("what is said about the content needs --metadata-directive REPLACE")
        }
        guard taggingDirective == .replace || tagging.tagging == nil else {
            throw ValidationError("--tagging needs --tagging-directive REPLACE")
        }
    }

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> CopyObjectRequest {
        var request = CopyObjectRequest(
            copySource: try source.parse(in: session), bucket: try object.bucketName(), key: try object.objectKey(in: session))
        request.sourceConditions = try sourceConditions.parse()
        request.conditions = try conditions.parse()
        if metadataDirective == .replace { request.metadataDirective = .replace(try content.headers(), try content.userMetadata()) }
        if taggingDirective == .replace { request.taggingDirective = .replace(try tagging.parse() ?? .empty) }
        request.checksumAlgorithm = checksumAlgorithm
        request.ssekmsKeyID = encryption.keyName
        request.objectLockRetention = try lock.retention()
        request.objectLockLegalHoldStatus = lock.objectLockLegalHoldStatus
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(objects.copyObject(request(in: session)).answer)
    }
}

/// `MetadataDirective` and `TaggingDirective` of the S3 API.
enum CopyDirective: String, AWSName {
    case copy = "COPY"
    case replace = "REPLACE"
}
