/// What `If-Match` and `If-None-Match` ask (RFC 9110 §13.1.1 and §13.1.2).
public enum ETagCondition: Sendable, Hashable {
    /// `*`: any object that exists.
    case any
    case oneOf([ETag])

    /// The number of entity tags that one header may list.
    public static let maximumTagCount = 64
    public static let maximumTextByteCount = 8192

    /// Reads a header: `*`, one entity tag with or without quotes, or a list of quoted ones.
    ///
    /// - Throws: `InvalidArgument` for a weak tag and for what is not well formed.
    public init(_ text: String) throws(ObjectStoreError) {
        guard text.utf8.count <= Self.maximumTextByteCount else { throw .argument("ETag", "", "The list of entity tags is too long.") }
        guard text != "*" else {
            self = .any
            return
        }
        let pieces = text.split(separator: ",", omittingEmptySubsequences: false)
        guard pieces.count <= Self.maximumTagCount else { throw .argument("ETag", "", "The list of entity tags is too long.") }
        var tags: [ETag] = []
        for piece in pieces {
            tags.append(try ETag(String(piece.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())))
        }
        self = .oneOf(tags)
    }

    /// Whether the condition names `tag`.
    public func matches(_ tag: ETag) -> Bool {
        switch self {
        case .any: true
        case .oneOf(let tags): tags.contains(tag)
        }
    }
}
