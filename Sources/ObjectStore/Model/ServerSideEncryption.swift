/// How an object is sealed. There is one way: an age file whose file key is wrapped by a KMS key.
public enum ServerSideEncryption: String, Sendable, Hashable, CaseIterable {
    case awsKMS = "aws:kms"
}

/// Amazon S3 API reference, `ServerSideEncryptionConfiguration`: the KMS key that objects of a bucket are sealed under.
public struct BucketEncryption: Sendable, Hashable {
    /// A key ID, a key ARN, an alias name or an alias ARN.
    public let kmsMasterKeyID: String

    public init(kmsMasterKeyID: String) { self.kmsMasterKeyID = kmsMasterKeyID }
}
