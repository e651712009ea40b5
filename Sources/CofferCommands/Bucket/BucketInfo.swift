import ArgumentParser
import KeyStore
import ObjectStore

struct BucketInfo: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show everything that is set for a bucket.",
        discussion: """
            How much is in it, `coffer store stats` tells.

            $ coffer bucket info backups
            $ coffer bucket info backups --json | jq .VersioningConfiguration

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(BucketInfoResult(bucket, in: objects))
    }
}

/// All configurations of a bucket, each under the name of its S3 document.
private struct BucketInfoResult: CommandResult {
    private let name: String
    private let bucketRegion: String
    private let creationDate: String
    private let versioningConfiguration: VersioningMembers
    private let kmsMasterKeyID: String?
    private let objectLockConfiguration: ObjectLockMembers?
    private let lifecycleConfiguration: LifecycleDocument?
    private let tagSet: [TagMembers]

    private enum CodingKeys: String, CodingKey {
        case name, bucketRegion, creationDate, versioningConfiguration, objectLockConfiguration, lifecycleConfiguration, tagSet
        case kmsMasterKeyID = "KMSMasterKeyID"
    }

    init(_ bucket: BucketName, in objects: LocalObjectService) async throws {
        let head = try await objects.headBucket(bucket)
        name = bucket.text
        bucketRegion = head.bucketRegion
        creationDate = head.creationDate.rfc3339
        versioningConfiguration = VersioningMembers(try await objects.getBucketVersioning(bucket))
        kmsMasterKeyID = try await Self.present { () async throws(ObjectStoreError) in try await objects.getBucketEncryption(bucket) }?
            .kmsMasterKeyID
        objectLockConfiguration = try await Self.present { () async throws(ObjectStoreError) in
            try await objects.getObjectLockConfiguration(bucket)
        }.map(ObjectLockMembers.init)
        lifecycleConfiguration = try await Self.present { () async throws(ObjectStoreError) in
            try await objects.getBucketLifecycleConfiguration(bucket)
        }.map(LifecycleDocument.init)
        tagSet = TagMembers.all(
            of: try await Self.present { () async throws(ObjectStoreError) in try await objects.getBucketTagging(bucket) } ?? .empty)
    }

    /// What is set; nil for what was never set, of which S3 makes an error.
    private static func present<Value>(
        _ get: () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value? {
        do throws(ObjectStoreError) {
            return try await get()
        } catch {
            switch error.code {
            case .noSuchTagSet, .noSuchLifecycleConfiguration, .objectLockConfigurationNotFound,
                .serverSideEncryptionConfigurationNotFound:
                return nil
            default: throw error
            }
        }
    }

    var text: String {
        let tags = tagSet.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        return FieldsOutput([
            ("Name", name),
            ("Region", bucketRegion),
            ("Created", creationDate),
            ("Versioning", versioningConfiguration.status ?? "never enabled"),
            ("MFA delete", versioningConfiguration.mfaDelete ?? "Disabled"),
            ("Key", kmsMasterKeyID ?? "the store's default"),
            ("Object Lock", objectLockConfiguration?.sentence),
            ("Tags", tags.isEmpty ? nil : visible(tags)),
        ]).text + (lifecycleConfiguration.map { "\n" + $0.text } ?? "")
    }
}
