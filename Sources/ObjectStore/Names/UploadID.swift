import KeyStore

/// Names one multipart upload; opaque, 32 hexadecimal digits for 16 random bytes.
public struct UploadID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public static let randomByteCount = 16

    public let text: String

    /// - Throws: `NoSuchUpload` for text that cannot be an upload ID: to whoever asks, there is no such upload.
    public init(_ text: String) throws(ObjectStoreError) {
        let isHexadecimal = text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        guard isHexadecimal, text.utf8.count == 2 * Self.randomByteCount else { throw ObjectStoreError(.noSuchUpload) }
        self.text = text
    }

    public init(random: [UInt8]) {
        precondition(random.count == Self.randomByteCount, "an upload ID is made of 16 random bytes")
        self.text = Hex.encode(random)
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}
