extension TagSet {
    /// Of ten tags of which every byte is escaped.
    private static let maximumQueryByteCount = 16_384

    /// Reads `x-amz-tagging`: `key=value&key2=value2`, percent-encoded, a plus sign for a space.
    ///
    /// - Throws: `InvalidArgument` for what is no such text; as `init(_:limit:)` for the tags.
    public init(query: String) throws(ObjectStoreError) {
        guard query.utf8.count <= Self.maximumQueryByteCount else { throw Self.malformed }
        var tags: [ObjectTag] = []
        for pair in query.split(separator: "&") {
            let ends = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            tags.append(ObjectTag(key: try Self.text(ends[0]), value: ends.count == 2 ? try Self.text(ends[1]) : ""))
        }
        try self.init(tags)
    }

    private static func text(_ escaped: Substring) throws(ObjectStoreError) -> String {
        let spaced = escaped.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ")
        guard let bytes = PercentEncoding.decode(spaced), let text = String(validating: bytes, as: UTF8.self) else { throw malformed }
        return text
    }

    private static var malformed: ObjectStoreError {
        .argument(
            "x-amz-tagging", "",
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
    }
}
