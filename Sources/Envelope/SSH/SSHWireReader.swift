/// Reads the data types of ssh (RFC 4251 §5) from public bytes.
struct SSHWireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func readUInt32() throws(EnvelopeError) -> UInt32 {
        try readBytes(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func readBytes(_ count: Int) throws(EnvelopeError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .malformedSSHKey("it ends early") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A length and so many bytes.
    mutating func readString() throws(EnvelopeError) -> [UInt8] {
        try Array(readBytes(Int(readUInt32())))
    }

    /// A name: visible ASCII, at most 64 characters (RFC 4251 §6).
    mutating func readName() throws(EnvelopeError) -> String {
        let bytes = try readString()
        guard !bytes.isEmpty, bytes.count <= 64, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformedSSHKey("a name in it is not well formed")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A number greater than zero, in its shortest form; without the zero that keeps it from being negative.
    mutating func readPositiveNumber() throws(EnvelopeError) -> [UInt8] {
        let bytes = try readString()
        guard let first = bytes.first, first < 0x80, first != 0 || bytes.count > 1 && bytes[1] >= 0x80 else {
            throw .malformedSSHKey("a number in it is not positive or not in its shortest form")
        }
        return first == 0 ? Array(bytes.dropFirst()) : bytes
    }
}

/// Writes the data types of ssh.
enum SSHWire {
    static func string(_ bytes: [UInt8]) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
    }

    /// A positive number without zeros in front.
    static func number(_ bytes: [UInt8]) -> [UInt8] {
        string((bytes.first ?? 0) >= 0x80 ? [0] + bytes : bytes)
    }
}
