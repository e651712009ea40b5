import AgeFormat

/// Where the next page of a listing begins: opaque to a caller, base64url of the last key, prefix or name of the page before.
public struct ContinuationToken: Sendable, Hashable, CustomStringConvertible {
    private static let version: UInt8 = 1
    private static let maximumTextByteCount = 1400

    /// The last item of the page before.
    public let position: [UInt8]

    public init(after position: [UInt8]) { self.position = position }

    /// - Throws: `InvalidArgument` for text that no listing gave.
    public init(_ text: String) throws(ObjectStoreError) {
        guard text.utf8.count <= Self.maximumTextByteCount else { throw Self.incorrect }
        let standard = text.utf8.map { Self.replace($0, [(UInt8(ascii: "-"), UInt8(ascii: "+")), (UInt8(ascii: "_"), UInt8(ascii: "/"))]) }
        let bytes: [UInt8]
        do { bytes = try Base64.decode(standard[...], padding: .none) } catch { throw Self.incorrect }
        guard bytes.first == Self.version else { throw Self.incorrect }
        position = Array(bytes.dropFirst())
        guard self.text == text else { throw Self.incorrect }
    }

    /// No character of it needs escaping in a URL.
    public var text: String {
        let standard = Base64.encode([Self.version] + position, padding: .none)
        let bytes = standard.utf8.map {
            Self.replace($0, [(UInt8(ascii: "+"), UInt8(ascii: "-")), (UInt8(ascii: "/"), UInt8(ascii: "_"))])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { text }

    private static func replace(_ byte: UInt8, _ pairs: [(from: UInt8, to: UInt8)]) -> UInt8 { pairs.first { $0.from == byte }?.to ?? byte }
    private static var incorrect: ObjectStoreError { .argument("continuation-token", "", "The continuation token provided is incorrect") }
}
