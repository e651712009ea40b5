/// What a user says about an object: S3's `x-amz-meta-` headers. Names are lower-case header names without that prefix; names
/// and values together have at most 2 KiB of UTF-8 (Amazon S3 User Guide, "Working with object metadata").
public struct UserMetadata: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public static let maximumByteCount = 2048
    public static let empty = UserMetadata()

    /// Sorted by name, each name once.
    public let entries: [Entry]

    private init() { entries = [] }

    /// - Parameter entries: Names in any case; of names that differ in case only, the values are joined by a comma, as HTTP
    ///   joins the lines of one header (RFC 9110 §5.3).
    /// - Throws: `MetadataTooLarge`; `InvalidArgument` for a name that is no header name or a value with a control character,
    ///   which would end the header.
    public init(_ entries: [Entry]) throws(ObjectStoreError) {
        let byteCount = entries.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard byteCount <= Self.maximumByteCount else { throw ObjectStoreError(.metadataTooLarge) }
        var values: [String: String] = [:]
        for entry in entries {
            guard !entry.name.isEmpty, entry.name.utf8.allSatisfy(HeaderText.isToken) else {
                throw .argument("x-amz-meta-", entry.name, "A metadata name may have only the characters of a header name.")
            }
            try HeaderText.check(entry.value, of: "x-amz-meta-\(entry.name.lowercased())")
            let name = entry.name.lowercased()
            values[name] = values[name].map { "\($0),\(entry.value)" } ?? entry.value
        }
        self.entries = values.map(Entry.init).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    public subscript(name: String) -> String? { entries.first { $0.name == name.lowercased() }?.value }
}
