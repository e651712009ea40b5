import AgeFormat

/// The checksum of an object or a part, as S3 writes it: base64 of the value, big-endian for a CRC, and for a composite one
/// `-N` after it.
public struct Checksum: Sendable, Hashable, CustomStringConvertible {
    public let algorithm: ChecksumAlgorithm
    /// The value, `algorithm.byteCount` bytes; big-endian for a CRC.
    public let bytes: [UInt8]
    /// The number of parts of a composite checksum; nil for one over all bytes.
    public let partCount: Int?

    public init(_ algorithm: ChecksumAlgorithm, bytes: [UInt8], partCount: Int? = nil) {
        precondition(bytes.count == algorithm.byteCount, "a checksum has the length of its algorithm")
        self.algorithm = algorithm
        self.bytes = bytes
        self.partCount = partCount
    }

    public var type: ChecksumType { partCount == nil ? .fullObject : .composite }

    /// As in a header of S3: `crUfeA==`, `YsK5Tg==-3`.
    public var text: String {
        let value = Base64.encode(bytes, padding: .required)
        return partCount.map { "\(value)-\($0)" } ?? value
    }
    public var description: String { "\(algorithm.rawValue) \(text)" }
}
