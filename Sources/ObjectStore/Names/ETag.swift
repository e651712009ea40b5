/// An entity tag (RFC 9110 §8.8.3), kept without its quotes. Every ETag of an object is a strong one.
///
/// It is opaque: for objects that a KMS key protects, S3 promises no MD5, and here it never is one. Objects that were made of
/// parts have `-N` at the end, N the number of parts.
public struct ETag: Sendable, Hashable, CustomStringConvertible {
    public static let maximumByteCount = 128

    /// Without quotes.
    public let text: String

    /// - Parameter text: With or without quotes.
    /// - Throws: `InvalidArgument` for a weak tag, and for what is no entity tag.
    public init(_ text: String) throws(ObjectStoreError) {
        var content = text[...]
        if content.hasPrefix("\"") {
            guard content.count >= 2, content.hasSuffix("\"") else { throw Self.malformed(text) }
            content = content.dropFirst().dropLast()
        }
        let isVisible = content.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
        guard isVisible, !content.isEmpty, content.utf8.count <= Self.maximumByteCount, !text.hasPrefix("W/") else {
            throw Self.malformed(text)
        }
        self.text = String(content)
    }

    init(unchecked text: String) { self.text = text }

    private static func malformed(_ text: String) -> ObjectStoreError {
        .argument("ETag", text, "The entity tag is not well formed.")
    }

    /// As in a header, with quotes.
    public var quoted: String { "\"\(text)\"" }
    public var description: String { text }
}
