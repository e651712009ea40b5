/// One tag of an object or a bucket. Key and value are what their owner wrote; nothing is folded or trimmed.
public struct ObjectTag: Sendable, Hashable {
    public let key: String
    public let value: String

    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// The tags of an object (at most 10) or a bucket (at most 50), sorted by the bytes of their keys, each key once
/// (Amazon S3 User Guide, "Categorizing your objects using tags").
///
/// Keys have 1 to 128 and values 0 to 256 UTF-16 units of letters, digits, spaces and `+ - = . _ : / @`.
public struct TagSet: Sendable, Hashable {
    public static let maximumObjectTagCount = 10
    public static let maximumBucketTagCount = 50
    public static let keyLengths = 1...128
    public static let maximumValueLength = 256
    public static let empty = TagSet()

    public let tags: [ObjectTag]

    private init() { tags = [] }

    /// - Parameter limit: `maximumObjectTagCount` or `maximumBucketTagCount`.
    /// - Throws: `BadRequest` for too many tags, `InvalidTag` for one that breaks a rule, with S3's messages.
    public init(_ tags: [ObjectTag], limit: Int = maximumObjectTagCount) throws(ObjectStoreError) {
        guard tags.count <= limit else { throw ObjectStoreError(.badRequest, "Object tags cannot be greater than \(limit)") }
        var keys: Set<[UInt8]> = []
        for tag in tags {
            try Self.check(tag)
            // Bytes, because String equality would take two normal forms of one text for one key.
            guard keys.insert(Array(tag.key.utf8)).inserted else {
                throw ObjectStoreError(.invalidTag, "Cannot provide multiple Tags with the same key")
            }
        }
        self.tags = tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// - Throws: `BadRequest` for more tags than an object may have: a set for a bucket may have more.
    func requireObjectTags() throws(ObjectStoreError) {
        guard tags.count > Self.maximumObjectTagCount else { return }
        throw ObjectStoreError(.badRequest, "Object tags cannot be greater than \(Self.maximumObjectTagCount)")
    }

    public subscript(key: String) -> String? {
        tags.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// Whether it has this key with this value, byte by byte.
    public func contains(_ tag: ObjectTag) -> Bool { self[tag.key].map { $0.utf8.elementsEqual(tag.value.utf8) } ?? false }

    private static func check(_ tag: ObjectTag) throws(ObjectStoreError) {
        guard !tag.key.lowercased().hasPrefix("aws:") else {
            throw ObjectStoreError(.invalidTag, "System tags cannot be added/updated by requester")
        }
        guard keyLengths.contains(tag.key.utf16.count), tag.key.unicodeScalars.allSatisfy(isAllowed) else {
            throw ObjectStoreError(.invalidTag, "The TagKey you have provided is invalid")
        }
        guard tag.value.utf16.count <= maximumValueLength, tag.value.unicodeScalars.allSatisfy(isAllowed) else {
            throw ObjectStoreError(.invalidTag, "The TagValue you have provided is invalid")
        }
    }

    /// `[\p{L}\p{Z}\p{N}_.:/=+\-@]`, as S3 and the other tagging services have it.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: true
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: "_.:/=+-@".unicodeScalars.contains(scalar)
        }
    }
}
