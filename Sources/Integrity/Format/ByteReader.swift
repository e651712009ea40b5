/// Takes bytes of the manifest's format apart. Nothing is believed: what is not there is an error.
struct ByteReader {
    /// What is read, for errors.
    private let what: String
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8], of what: String) {
        self.bytes = bytes
        self.what = what
    }

    var isAtEnd: Bool { position == bytes.count }

    func malformed(_ reason: String) -> IntegrityError { IntegrityError(.damaged, "\(what): \(reason)") }

    mutating func byte() throws(IntegrityError) -> UInt8 {
        guard position < bytes.count else { throw tooShort }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func slice(_ count: Int) throws(IntegrityError) -> ArraySlice<UInt8> {
        guard count >= 0, bytes.count - position >= count else { throw tooShort }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(_ type: Number.Type = Number.self) throws(IntegrityError) -> Number {
        var value: Number = 0
        for byte in try slice(Number.bitWidth / 8) { value = value << 8 | Number(byte) }
        return value
    }

    mutating func hash() throws(IntegrityError) -> TreeHash {
        guard let hash = TreeHash(try slice(TreeHash.byteCount)) else { throw tooShort }
        return hash
    }

    mutating func time() throws(IntegrityError) -> EntryTime {
        let seconds = Int64(bitPattern: try number())
        return EntryTime(seconds: seconds, nanoseconds: try nanoseconds())
    }

    mutating func nanoseconds() throws(IntegrityError) -> UInt32 {
        let nanoseconds: UInt32 = try number()
        guard nanoseconds < 1_000_000_000 else { throw malformed("a time has \(nanoseconds) nanoseconds") }
        return nanoseconds
    }

    mutating func variable() throws(IntegrityError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try byte()
            let bits = UInt64(byte & 0x7F)
            guard (bits << shift) >> shift == bits else { break }
            value |= bits << shift
            if byte & 0x80 == 0 { return value }
        }
        throw malformed("a number is too large")
    }

    mutating func difference() throws(IntegrityError) -> Int64 {
        let value = try variable()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private var tooShort: IntegrityError { malformed("ends too early") }
}
