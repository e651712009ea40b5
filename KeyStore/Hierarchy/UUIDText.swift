import OpenSSL

/// Random identifiers in UUID form (RFC 9562, version 4), lower-case.
enum UUIDText {
    static func random() throws(OpenSSLError) -> String { encode(versioned(try Random.bytes(16))) }

    /// Sets version 4 and the variant (RFC 9562 §5.4).
    static func versioned(_ random: [UInt8]) -> [UInt8] {
        var bytes = random
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes
    }

    static func encode(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return unsafe String(unsafeUninitializedCapacity: 36) { text in
            var index = 0
            for (position, byte) in bytes.prefix(16).enumerated() {
                if position == 4 || position == 6 || position == 8 || position == 10 {
                    unsafe text[index] = 0x2D
                    index += 1
                }
                unsafe text[index] = digits[Int(byte >> 4)]
                unsafe text[index + 1] = digits[Int(byte & 15)]
                index += 2
            }
            return index
        }
    }

    /// nil unless the text is 8-4-4-4-12 lower-case hexadecimal digits.
    static func decode(_ text: String) -> [UInt8]? {
        let parts = text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12], !text.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return nil }
        return Hex.decode(text.filter { $0 != "-" })
    }
}
