import KeyStore
import OpenSSL

@testable import ObjectStore

/// One version of the reference, with its bytes.
struct ReferenceVersion: Sendable {
    let key: ObjectKey
    let versionID: VersionID
    let lastModified: Timestamp
    /// nil for a delete marker.
    var content: Content?
    var lock = ObjectLock.none

    struct Content: Sendable {
        let bytes: [UInt8]
        let eTag: ETag
        let checksum: Checksum
        let contentHeaders: ContentHeaders
        let metadata: UserMetadata
        var tagging: TagSet
        let kmsKeyID: String
        /// Of an object that was made of parts.
        var parts: [PartEntry]?
    }

    var marker: ObjectStoreError.DeleteMarkerFacts? {
        content == nil ? ObjectStoreError.DeleteMarkerFacts(versionID: versionID, lastModified: lastModified) : nil
    }
}

struct ReferenceUpload: Sendable {
    let request: CreateMultipartUploadRequest
    let uploadID: UploadID
    let initiated: Timestamp
    let checksum: MultipartChecksum
    var parts: [Int: (entry: PartEntry, bytes: [UInt8])] = [:]
}

/// A bucket as plain arrays and dictionaries, by the definitions and without any index.
struct ReferenceBucket: Sendable {
    let name: BucketName
    let created: Timestamp
    var versioning = VersioningConfiguration(status: .unversioned)
    var encryption: BucketEncryption?
    var lifecycle: LifecycleConfiguration?
    var objectLock: ObjectLockConfiguration?
    var tags: TagSet?
    /// The newest first.
    var versions: [ObjectKey: [ReferenceVersion]] = [:]
    /// The oldest first.
    var uploads: [ReferenceUpload] = []

    init(name: BucketName, created: Timestamp) {
        self.name = name
        self.created = created
    }

    func current(_ key: ObjectKey) -> CurrentVersion {
        guard let latest = versions[key]?.first else { return .nothing }
        return latest.content.map { .object($0.eTag) } ?? .deleteMarker
    }

    func locate(_ object: ObjectReference) throws(ObjectStoreError) -> ReferenceVersion {
        let all = versions[object.key] ?? []
        guard let versionID = object.versionID else { return try VersioningRules.currentObject(all.first) { $0.marker } }
        return try VersioningRules.namedObject(all.first { $0.versionID == versionID }) { $0.marker }
    }

    /// As S3 tells it.
    func told(_ versionID: VersionID) -> VersionID? { versioning.status.namesVersions ? versionID : nil }

    mutating func insert(_ version: ReferenceVersion) {
        var all = versions[version.key] ?? []
        if version.versionID.isNull { all.removeAll { $0.versionID.isNull } }
        versions[version.key] = [version] + all
    }

    mutating func remove(_ key: ObjectKey, _ versionID: VersionID) {
        versions[key]?.removeAll { $0.versionID == versionID }
        if versions[key]?.isEmpty == true { versions[key] = nil }
    }

    mutating func update(_ version: ReferenceVersion) {
        guard let index = versions[version.key]?.firstIndex(where: { $0.versionID == version.versionID }) else { return }
        versions[version.key]?[index] = version
    }
}
