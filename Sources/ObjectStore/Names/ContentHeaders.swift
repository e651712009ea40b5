/// The headers that describe an object's content and are given back as they were given (RFC 9110 §8, RFC 9111 §5.2).
public struct ContentHeaders: Sendable, Hashable {
    public static let defaultContentType = "binary/octet-stream"
    /// Of all values together, in bytes (Amazon S3 User Guide, "System-defined object metadata").
    public static let maximumByteCount = 2048

    public let contentType: String
    public let contentEncoding: String?
    public let contentLanguage: String?
    public let contentDisposition: String?
    public let cacheControl: String?
    /// As given: S3 does not read it.
    public let expires: String?

    /// No header was given.
    public static let none = ContentHeaders()

    private init() {
        contentType = Self.defaultContentType
        contentEncoding = nil
        contentLanguage = nil
        contentDisposition = nil
        cacheControl = nil
        expires = nil
    }

    /// - Throws: `MetadataTooLarge`; `InvalidArgument` for a value with a control character.
    public init(
        contentType: String? = nil, contentEncoding: String? = nil, contentLanguage: String? = nil, contentDisposition: String? = nil,
        cacheControl: String? = nil, expires: String? = nil
    ) throws(ObjectStoreError) {
        let values = [
            ("Content-Type", contentType), ("Content-Encoding", contentEncoding), ("Content-Language", contentLanguage),
            ("Content-Disposition", contentDisposition), ("Cache-Control", cacheControl), ("Expires", expires),
        ]
        for (name, value) in values {
            if let value { try HeaderText.check(value, of: name) }
        }
        guard values.reduce(0, { $0 + ($1.1?.utf8.count ?? 0) }) <= Self.maximumByteCount else {
            throw ObjectStoreError(.metadataTooLarge)
        }
        self.contentType = contentType ?? Self.defaultContentType
        self.contentEncoding = contentEncoding
        self.contentLanguage = contentLanguage
        self.contentDisposition = contentDisposition
        self.cacheControl = cacheControl
        self.expires = expires
    }
}
