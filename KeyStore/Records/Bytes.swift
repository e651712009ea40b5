/// Writes the canonical encodings of records, blobs and backups: big-endian integers and length-prefixed strings.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ value: UInt8) { bytes.append(value) }
    package mutating func append(_ value: UInt16) { appendBigEndian(value) }
    package mutating func append(_ value: UInt32) { appendBigEndian(value) }
    package mutating func append(_ value: UInt64) { appendBigEndian(value) }
    package mutating func append(_ value: Int64) { appendBigEndian(UInt64(bitPattern: value)) }
    package mutating func append(_ value: Bool) { bytes.append(value ? 1 : 0) }
    package mutating func append(_ raw: [UInt8]) { bytes.append(contentsOf: raw) }

    package mutating func appendPrefixed(_ raw: [UInt8]) {
        append(UInt32(raw.count))
        bytes.append(contentsOf: raw)
    }

    package mutating func append(_ string: String) {
        append(UInt32(string.utf8.count))
        bytes.append(contentsOf: string.utf8)
    }

    /// A presence byte, then the value if there is one.
    package mutating func append(_ time: Timestamp?) {
        append(time != nil)
        if let time { append(time.nanoseconds) }
    }

    private mutating func appendBigEndian<T: FixedWidthInteger>(_ value: T) {
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }
}

/// Reads what `ByteWriter` wrote. Every read is bounded by what is there; nil means the bytes are malformed.
package struct ByteReader {
    private let bytes: [UInt8]
    private var offset: Int

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.offset = 0
    }

    package var remaining: Int { bytes.count - offset }
    package var isAtEnd: Bool { remaining == 0 }

    package mutating func readUInt8() -> UInt8? { readBigEndian(UInt8.self) }
    package mutating func readUInt16() -> UInt16? { readBigEndian(UInt16.self) }
    package mutating func readUInt32() -> UInt32? { readBigEndian(UInt32.self) }
    package mutating func readUInt64() -> UInt64? { readBigEndian(UInt64.self) }
    package mutating func readInt64() -> Int64? { readBigEndian(UInt64.self).map { Int64(bitPattern: $0) } }

    /// Only 0 and 1 are booleans; an encoding is canonical or refused.
    package mutating func readBool() -> Bool? {
        switch readUInt8() {
        case 0: false
        case 1: true
        case .some, nil: nil
        }
    }

    package mutating func readBytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= remaining else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    package mutating func readRemaining() -> [UInt8] { readBytes(remaining) ?? [] }

    package mutating func readPrefixed() -> [UInt8]? {
        guard let count = readUInt32() else { return nil }
        return readBytes(Int(count))
    }

    package mutating func readPrefixedString() -> String? {
        guard let raw = readPrefixed() else { return nil }
        return String(validating: raw, as: UTF8.self)
    }

    package mutating func readTimestamp() -> Timestamp? { readInt64().map { Timestamp(nanoseconds: $0) } }

    /// The outer nil means malformed, the inner one "no time".
    package mutating func readOptionalTimestamp() -> Timestamp?? {
        guard let isPresent = readBool() else { return nil }
        guard isPresent else { return .some(nil) }
        guard let time = readTimestamp() else { return nil }
        return .some(time)
    }

    package mutating func readEnum<T: RawRepresentable>(_ type: T.Type) -> T? where T.RawValue == String {
        readPrefixedString().flatMap { T(rawValue: $0) }
    }

    private mutating func readBigEndian<T: FixedWidthInteger>(_ type: T.Type) -> T? {
        let size = T.bitWidth / 8
        guard remaining >= size else { return nil }
        defer { offset += size }
        return T(bigEndian: unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: T.self) })
    }
}

extension [UInt8] {
    /// A copy of public bytes. Secrets stay in `SecretBytes`.
    init(_ span: RawSpan) { self = unsafe span.withUnsafeBytes { unsafe Array($0) } }
}
