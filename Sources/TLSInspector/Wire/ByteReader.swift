/// Reads what came from a peer: every length is checked against what is there before anything is taken.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.position = bytes.startIndex
    }

    init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    var remaining: Int { bytes.endIndex - position }
    var isAtEnd: Bool { remaining == 0 }

    /// - Parameter what: what is read, for the error.
    mutating func take(_ count: Int, _ what: StaticString) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw .truncated(what) }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func uint8(_ what: StaticString) throws(WireError) -> UInt8 {
        let taken = try take(1, what)
        return taken[taken.startIndex]
    }

    mutating func uint16(_ what: StaticString) throws(WireError) -> UInt16 {
        let high = try uint8(what)
        return UInt16(high) << 8 | UInt16(try uint8(what))
    }

    mutating func uint24(_ what: StaticString) throws(WireError) -> Int {
        let high = try uint8(what)
        return Int(high) << 16 | Int(try uint16(what))
    }

    mutating func uint32(_ what: StaticString) throws(WireError) -> UInt32 {
        let high = try uint16(what)
        return UInt32(high) << 16 | UInt32(try uint16(what))
    }

    /// What stands behind a length of one, two or three bytes (RFC 8446 §3.4).
    mutating func vector8(_ what: StaticString) throws(WireError) -> ArraySlice<UInt8> { try take(Int(try uint8(what)), what) }
    mutating func vector16(_ what: StaticString) throws(WireError) -> ArraySlice<UInt8> { try take(Int(try uint16(what)), what) }
    mutating func vector24(_ what: StaticString) throws(WireError) -> ArraySlice<UInt8> { try take(try uint24(what), what) }

    mutating func rest() -> ArraySlice<UInt8> {
        defer { position = bytes.endIndex }
        return bytes[position...]
    }

    func requireEnd(_ what: StaticString) throws(WireError) {
        guard isAtEnd else { throw .trailingBytes(what) }
    }
}

/// Why bytes of a peer are not what they should be.
public enum WireError: Error, Sendable, Hashable, CustomStringConvertible {
    case truncated(String)
    case trailingBytes(String)
    case malformed(String)
    /// Longer than this reader allows; the bytes were not read.
    case oversized(String)

    static func truncated(_ what: StaticString) -> WireError { .truncated("\(what)") }
    static func trailingBytes(_ what: StaticString) -> WireError { .trailingBytes("\(what)") }

    public var description: String {
        switch self {
        case .truncated(let what): "\(what) is cut off"
        case .trailingBytes(let what): "there are bytes behind \(what)"
        case .malformed(let what): "\(what) is malformed"
        case .oversized(let what): "\(what) is too long"
        }
    }
}

extension [UInt8] {
    mutating func append(uint16 value: UInt16) {
        append(UInt8(value >> 8))
        append(UInt8(value & 0xFF))
    }

    mutating func append(uint24 value: Int) {
        precondition(value >= 0 && value < 1 << 24, "a length of three bytes")
        append(UInt8(value >> 16))
        append(uint16: UInt16(value & 0xFFFF))
    }

    /// Bytes behind their length of one byte.
    mutating func append(vector8 content: some Collection<UInt8>) {
        precondition(content.count <= 0xFF, "a length of one byte")
        append(UInt8(content.count))
        append(contentsOf: content)
    }

    /// Bytes behind their length of two bytes.
    mutating func append(vector16 content: some Collection<UInt8>) {
        precondition(content.count <= 0xFFFF, "a length of two bytes")
        append(uint16: UInt16(content.count))
        append(contentsOf: content)
    }

    static func list16(_ values: some Sequence<UInt16>) -> [UInt8] {
        values.reduce(into: []) { $0.append(uint16: $1) }
    }
}
