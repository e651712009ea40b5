/// Public, authenticated name–value pairs that a ciphertext is bound to (AWS KMS developer guide, "Encryption context").
///
/// Order does not matter; every byte of names and values does. Nothing is normalized: two contexts are equal when their
/// encodings are.
public struct EncryptionContext: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// The longest context that is accepted, in bytes of its encoding.
    public static let maximumByteCount = 8192

    public struct Pair: Sendable {
        public let name: String
        public let value: String
    }

    /// In the order of the encoding.
    public let pairs: [Pair]

    /// The bytes that are authenticated: `u32 count`, then for each pair, sorted by the UTF-8 bytes of its name,
    /// `u32 length, name, u32 length, value`; integers big-endian (Docs/Formats/CiphertextBlob.md).
    ///
    /// The lengths make it injective: {"a": "bc"} and {"ab": "c"} have different encodings.
    public let encoded: [UInt8]

    /// - Throws: `ValidationException` when the encoding would be longer than ``maximumByteCount``.
    public init(_ pairs: [String: String]) throws(KeyStoreError) {
        self.init(unbounded: pairs)
        guard encoded.count <= Self.maximumByteCount else {
            throw KeyStoreError(
                .validation, "the encryption context is \(encoded.count) bytes long; at most \(Self.maximumByteCount) are allowed")
        }
    }

    /// For literals in source, which a reader can see to be short.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(unbounded: Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }

    private init(unbounded pairs: [String: String]) {
        // Swift's `<` on String orders by normalized form; names are bytes.
        let sorted = pairs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var writer = ByteWriter()
        writer.append(UInt32(sorted.count))
        for (name, value) in sorted {
            writer.append(name)
            writer.append(value)
        }
        self.pairs = sorted.map { Pair(name: $0.key, value: $0.value) }
        self.encoded = writer.bytes
    }

    public static let empty: EncryptionContext = [:]

    public var isEmpty: Bool { pairs.isEmpty }

    /// Reads the encoding back.
    /// - Throws: `InvalidCiphertextException` unless `bytes` is exactly what ``encoded`` gives for some context.
    public init(encoded bytes: [UInt8]) throws(KeyStoreError) {
        let malformed = KeyStoreError(.invalidCiphertext, "malformed encryption context")
        guard bytes.count <= Self.maximumByteCount else { throw malformed }
        var reader = ByteReader(bytes)
        var pairs: [String: String] = [:]
        guard let count = reader.readUInt32(), Int(count) * 8 <= reader.remaining else { throw malformed }
        for _ in 0..<count {
            guard let name = reader.readPrefixedString(), let value = reader.readPrefixedString(),
                pairs.updateValue(value, forKey: name) == nil
            else { throw malformed }
        }
        guard reader.isAtEnd else { throw malformed }
        self.init(unbounded: pairs)
        guard encoded == bytes else { throw malformed }
    }

    public static func == (left: Self, right: Self) -> Bool { left.encoded == right.encoded }
    public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}
