import ArgumentParser
import ObjectStore

/// The object that a command is about, named as `aws s3api` does.
struct ObjectOptions: ParsableArguments {
    @Option(name: .long, help: "The bucket.", completion: WordCompletion.bucket) var bucket: String
    @Option(name: .long, help: "The object's key.") var key: String

    func bucketName() throws(ObjectStoreError) -> BucketName { try BucketName(bucket) }

    /// - Throws: `CommandError` for a key that is not UTF-8; as `ObjectKey`.
    func objectKey(in session: Session) throws -> ObjectKey {
        try session.context.arguments.requireText(key)
        return try ObjectKey(key)
    }

    func reference(_ version: VersionOption? = nil, in session: Session) throws -> ObjectReference {
        try ObjectReference(bucket: bucketName(), key: objectKey(in: session), versionID: version?.parse())
    }
}

/// Which version.
struct VersionOption: ParsableArguments {
    @Option(name: .long, help: "This version; without it, the current one.") var versionId: String?

    func parse() throws(ObjectStoreError) -> VersionID? {
        guard let versionId else { return nil }
        return try VersionID(versionId)
    }
}

/// The bucket of commands that list.
struct BucketOption: ParsableArguments {
    @Option(name: .long, help: "The bucket.", completion: WordCompletion.bucket) var bucket: String

    func parse() throws(ObjectStoreError) -> BucketName { try BucketName(bucket) }
}
