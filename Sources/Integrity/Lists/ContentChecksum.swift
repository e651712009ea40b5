/// One checksum of a whole content.
public struct ContentChecksum: Sendable, Hashable {
    public let function: ChecksumFunction
    /// As many as the function has; of a CRC big-endian, as it is written.
    public let bytes: [UInt8]

    public init(_ function: ChecksumFunction, bytes: [UInt8]) {
        precondition(bytes.count == function.byteCount)
        self.function = function
        self.bytes = bytes
    }

    init(_ function: ChecksumFunction, crc: UInt64) {
        let count = function.byteCount
        self.init(function, bytes: (0..<count).map { UInt8(truncatingIfNeeded: crc >> UInt64(8 * (count - 1 - $0))) })
    }

    /// In lower case.
    public var hexadecimal: String { bytes.hexadecimal }
}
