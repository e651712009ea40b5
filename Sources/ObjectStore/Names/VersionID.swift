import KeyStore

/// Names one version of an object. Opaque to everybody but who made it: at most 1024 bytes that need no escaping in a URL
/// (RFC 3986 §2.3). `null` is the version that a bucket without versioning, or with versioning suspended, writes.
public struct VersionID: Sendable, Hashable, CustomStringConvertible {
    public static let null = VersionID(unchecked: "null")
    public static let maximumByteCount = 1024
    /// Of a version ID made here, in bytes.
    public static let randomByteCount = 16

    public let text: String

    /// - Throws: `InvalidArgument` with S3's message for text that cannot be a version ID.
    public init(_ text: String) throws(ObjectStoreError) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumByteCount, text.utf8.allSatisfy(Self.isUnreserved) else {
            throw .argument("versionId", text, "Invalid version id specified")
        }
        self.text = text
    }

    /// A new version ID: 32 hexadecimal digits for 16 random bytes, which nobody can guess and no argument parser takes for
    /// an option.
    public init(random: [UInt8]) {
        precondition(random.count == Self.randomByteCount, "a version ID is made of 16 random bytes")
        self.text = Hex.encode(random)
    }

    private init(unchecked text: String) { self.text = text }

    public var isNull: Bool { self == .null }
    public var description: String { text }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
