import ArgumentParser
import ObjectStore

struct BucketCreate: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a bucket.",
        discussion: """
            Its objects are sealed under the KMS key that --key names, or under the
            store's default key. Object Lock cannot be turned off again, and turns
            versioning on.

            $ coffer bucket create backups --versioning enabled --key backups
            $ coffer bucket create evidence --object-lock --tag team=legal

            \(ExitStatus.help)
            """)

    static let access = LocalObjectService.Access.createIfMissing

    @OptionGroup var bucket: BucketArgument
    @Option(name: .long, help: "Whether old versions are kept: enabled or suspended; without it, they never were.")
    var versioning: VersioningArgument?
    @Option(name: .long, help: ArgumentHelp("The key that objects are sealed under.", valueName: "key")) var key: KeyReference?
    @Flag(name: .long, help: "Let versions be locked against deletion, for good.") var objectLock = false
    @Option(name: .long, help: ArgumentHelp("A tag; may be repeated.", valueName: "key=value")) var tag: [String] = []
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard !objectLock || versioning != .suspended else { throw ValidationError("with --object-lock versioning cannot be suspended") }
    }

    func check(in session: Session) throws { _ = try request() }

    private func request() throws -> CreateBucketRequest {
        var request = CreateBucketRequest(bucket: try bucket.parse())
        request.objectLockEnabledForBucket = objectLock
        request.encryption = key.map { BucketEncryption(kmsMasterKeyID: $0.serviceName) }
        request.tags = try TagSetArgument.parse(tag, option: "--tag", limit: TagSet.maximumBucketTagCount)
        return request
    }

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await objects.createBucket(request())
        if let versioning, !objectLock { try await configure(bucket, versioning, objects) }
        session.output.note("made the bucket \(bucket)")
        try session.output.render(BucketNameResult(bucket))
    }

    /// CreateBucket knows no versioning. A bucket that was made without is still a bucket, so the error says so.
    private func configure(_ bucket: BucketName, _ versioning: VersioningArgument, _ objects: LocalObjectService) async throws {
        do throws(ObjectStoreError) {
            try await objects.putBucketVersioning(
                PutBucketVersioningRequest(bucket: bucket, versioningConfiguration: VersioningConfiguration(status: versioning.status)))
        } catch {
            throw ObjectStoreError(error.code, "the bucket \(bucket) was made, but its versioning was not set: \(error.message)")
        }
    }
}

/// The two states that versioning can be brought into.
enum VersioningArgument: String, ExpressibleByArgument, CaseIterable {
    case enabled, suspended

    init?(argument: String) { self.init(rawValue: argument.lowercased()) }

    var status: VersioningStatus {
        switch self {
        case .enabled: .enabled
        case .suspended: .suspended
        }
    }
}

/// Tags of buckets and objects as `key=value`, one for each argument.
enum TagSetArgument {
    static func parse(_ arguments: [String], option: String, limit: Int) throws -> TagSet {
        let tags = try arguments.map { argument in
            let (key, value) = try ContextArgument.splitPair(argument[...], option: option)
            return ObjectTag(key: key, value: value)
        }
        return try TagSet(tags, limit: limit)
    }
}
