/// The key of an object: 1 to 1024 bytes of UTF-8, kept and ordered byte by byte.
///
/// It is not a `String` inside, because two texts that Unicode calls equivalent are two keys. A key is a name and never a
/// path: `..`, `//` and a slash at either end mean nothing. NUL is refused, since no XML answer and no argument can carry it.
public struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    public static let lengths = 1...1024

    public let bytes: [UInt8]

    /// - Throws: `KeyTooLongError` for more than 1024 bytes; `InvalidArgument` for none, a NUL, or bytes that are not UTF-8.
    public init(_ bytes: [UInt8]) throws(ObjectStoreError) {
        guard bytes.count >= Self.lengths.lowerBound else { throw .argument("Key", "", "An object key must not be empty.") }
        guard bytes.count <= Self.lengths.upperBound else {
            throw ObjectStoreError(.keyTooLong, "The key has \(bytes.count) bytes; the most is \(Self.lengths.upperBound).")
        }
        guard !bytes.contains(0) else { throw .argument("Key", "", "An object key must not contain NUL.") }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .argument("Key", "", "An object key must be UTF-8.") }
        self.bytes = bytes
    }

    /// - Throws: as `init(_:)` for bytes.
    public init(_ text: String) throws(ObjectStoreError) { try self.init(Array(text.utf8)) }

    public var text: String { String(decoding: bytes, as: UTF8.self) }
    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
