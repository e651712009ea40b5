/// Which objects a lifecycle rule is about (Amazon S3 API reference, `LifecycleRuleFilter`). All parts must hold.
public struct LifecycleFilter: Sendable, Hashable {
    public static let all = LifecycleFilter(unchecked: ())
    /// Of a size that a filter compares with, in bytes.
    public static let maximumSize: UInt64 = PartRules.maximumObjectByteCount

    /// The first bytes of the key; empty for every key.
    public let prefix: [UInt8]
    /// Tags that the object has, among others.
    public let tags: TagSet
    public let objectSizeGreaterThan: UInt64?
    public let objectSizeLessThan: UInt64?

    private init(unchecked: Void) {
        prefix = []
        tags = .empty
        objectSizeGreaterThan = nil
        objectSizeLessThan = nil
    }

    /// - Throws: `InvalidRequest` for sizes that no object has.
    public init(
        prefix: [UInt8] = [], tags: TagSet = .empty, objectSizeGreaterThan: UInt64? = nil, objectSizeLessThan: UInt64? = nil
    ) throws(ObjectStoreError) {
        let (lower, upper) = (objectSizeGreaterThan ?? 0, objectSizeLessThan ?? .max)
        guard prefix.count <= ObjectKey.lengths.upperBound, lower <= Self.maximumSize, upper > 0, objectSizeLessThan == nil || lower < upper
        else {
            throw ObjectStoreError(.invalidRequest, "The filter of the rule cannot match any object.")
        }
        self.prefix = prefix
        self.tags = tags
        self.objectSizeGreaterThan = objectSizeGreaterThan
        self.objectSizeLessThan = objectSizeLessThan
    }

    /// Whether it looks at more than the key. Delete markers and unfinished uploads have neither tags nor a size.
    var looksAtContent: Bool { !tags.tags.isEmpty || objectSizeGreaterThan != nil || objectSizeLessThan != nil }

    func matches(_ key: ObjectKey) -> Bool { key.bytes.starts(with: prefix) }

    func matches(_ key: ObjectKey, tags objectTags: TagSet, byteCount: UInt64) -> Bool {
        guard matches(key), tags.tags.allSatisfy({ objectTags.contains($0) }) else { return false }
        if let lower = objectSizeGreaterThan, byteCount <= lower { return false }
        if let upper = objectSizeLessThan, byteCount >= upper { return false }
        return true
    }
}
