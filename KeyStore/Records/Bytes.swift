/// Writes the canonical encodings of records, blobs and backups: big-endian integers and length-prefixed strings.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: UInt8) { bytes.append(value) }
    mutating func append(_ value: UInt16) { appendBigEndian(value) }
    mutating func append(_ value: UInt32) { appendBigEndian(value) }
    mutating func append(_ value: UInt64) { appendBigEndian(value) }
    mutating func append(_ value: Int64) { appendBigEndian(UInt64(bitPattern: value)) }
    mutating func append(_ value: Bool) { bytes.append(value ? 1 : 0) }
    mutating func append(_ raw: [UInt8]) { bytes.append(contentsOf: raw) }

    mutating func appendPrefixed(_ raw: [UInt8]) {
        append(UInt32(raw.count))
        bytes.append(contentsOf: raw)
    }

    mutating func append(_ string: String) { appendPrefixed(Array(string.utf8)) }

    /// A presence byte, then the value if there is one.
    mutating func append(_ time: Timestamp?) {
        append(time != nil)
        if let time { append(time.nanoseconds) }
    }

    private mutating func appendBigEndian<T: FixedWidthInteger>(_ value: T) {
        for shift in stride(from: T.bitWidth - 8, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: value >> T(shift))) }
    }
}

/// Reads what `ByteWriter` wrote. Every read is bounded by what is there; nil means the bytes are malformed.
struct ByteReader {
    private let bytes: [UInt8]
    private var offset: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.offset = 0
    }

    var remaining: Int { bytes.count - offset }
    var isAtEnd: Bool { remaining == 0 }

    mutating func readUInt8() -> UInt8? { readBigEndian(UInt8.self) }
    mutating func readUInt16() -> UInt16? { readBigEndian(UInt16.self) }
    mutating func readUInt32() -> UInt32? { readBigEndian(UInt32.self) }
    mutating func readUInt64() -> UInt64? { readBigEndian(UInt64.self) }
    mutating func readInt64() -> Int64? { readBigEndian(UInt64.self).map { Int64(bitPattern: $0) } }

    /// Only 0 and 1 are booleans; an encoding is canonical or refused.
    mutating func readBool() -> Bool? {
        switch readUInt8() {
        case 0: false
        case 1: true
        case .some, nil: nil
        }
    }

    mutating func readBytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= remaining else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    mutating func readRemaining() -> [UInt8] { readBytes(remaining) ?? [] }

    mutating func readPrefixed() -> [UInt8]? {
        guard let count = readUInt32() else { return nil }
        return readBytes(Int(count))
    }

    mutating func readPrefixedString() -> String? {
        guard let raw = readPrefixed() else { return nil }
        return String(validating: raw, as: UTF8.self)
    }

    mutating func readTimestamp() -> Timestamp? { readInt64().map { Timestamp(nanoseconds: $0) } }

    /// The outer nil means malformed, the inner one "no time".
    mutating func readOptionalTimestamp() -> Timestamp?? {
        guard let isPresent = readBool() else { return nil }
        guard isPresent else { return .some(nil) }
        guard let time = readTimestamp() else { return nil }
        return .some(time)
    }

    mutating func readEnum<T: RawRepresentable>(_ type: T.Type) -> T? where T.RawValue == String {
        readPrefixedString().flatMap { T(rawValue: $0) }
    }

    private mutating func readBigEndian<T: FixedWidthInteger>(_ type: T.Type) -> T? {
        let size = T.bitWidth / 8
        guard remaining >= size else { return nil }
        var value: T = 0
        for index in offset..<offset + size { value = size == 1 ? T(bytes[index]) : value << 8 | T(bytes[index]) }
        offset += size
        return value
    }
}

extension [UInt8] {
    /// A copy of public bytes. Secrets stay in `SecretBytes`.
    init(_ span: RawSpan) { self = unsafe span.withUnsafeBytes { unsafe Array($0) } }
}
