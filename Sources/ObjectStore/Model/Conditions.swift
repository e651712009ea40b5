public import KeyStore

/// The conditions of a request that reads: GetObject, HeadObject, and on the source of CopyObject and UploadPartCopy.
/// Dates count in whole seconds, as HTTP writes them.
public struct ReadConditions: Sendable, Hashable {
    public static let none = ReadConditions()

    public var ifMatch: ETagCondition?
    public var ifNoneMatch: ETagCondition?
    public var ifModifiedSince: Timestamp?
    public var ifUnmodifiedSince: Timestamp?

    public init(
        ifMatch: ETagCondition? = nil, ifNoneMatch: ETagCondition? = nil, ifModifiedSince: Timestamp? = nil,
        ifUnmodifiedSince: Timestamp? = nil
    ) {
        self.ifMatch = ifMatch
        self.ifNoneMatch = ifNoneMatch
        self.ifModifiedSince = ifModifiedSince
        self.ifUnmodifiedSince = ifUnmodifiedSince
    }
}

/// The conditions of a request that writes: PutObject, CopyObject, CompleteMultipartUpload.
public struct WriteConditions: Sendable, Hashable {
    public static let none = WriteConditions()

    /// The write replaces this object and no other.
    public let ifMatch: ETag?
    /// `If-None-Match: *`: the write replaces nothing.
    public let ifNoneMatch: Bool

    private init() {
        ifMatch = nil
        ifNoneMatch = false
    }

    /// - Throws: `NotImplemented`, as S3, for `If-Match: *`, for a list, and for `If-None-Match` with anything but `*`.
    public init(ifMatch: ETagCondition? = nil, ifNoneMatch: ETagCondition? = nil) throws(ObjectStoreError) {
        switch ifMatch {
        case nil: self.ifMatch = nil
        case .oneOf(let tags) where tags.count == 1: self.ifMatch = tags[0]
        case .any, .oneOf: throw Self.unsupported("If-Match")
        }
        switch ifNoneMatch {
        case nil: self.ifNoneMatch = false
        case .any: self.ifNoneMatch = true
        case .oneOf: throw Self.unsupported("If-None-Match")
        }
    }

    private static func unsupported(_ header: String) -> ObjectStoreError {
        ObjectStoreError(
            .notImplemented, "A header you provided implies functionality that is not implemented.",
            details: [ObjectStoreError.Detail(name: "Header", value: header)])
    }
}
