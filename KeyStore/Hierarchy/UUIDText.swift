package import OpenSSL

/// Random identifiers in UUID form (RFC 9562, version 4), lower-case.
package enum UUIDText {
    private static let digits = Array("0123456789abcdef".utf8)
    private static let length = 36

    package static func random() throws(OpenSSLError) -> String { encode(versioned(try Random.bytes(16))) }

    /// Sets version 4 and the variant (RFC 9562 §5.4).
    package static func versioned(_ random: [UInt8]) -> [UInt8] {
        var bytes = random
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes
    }

    package static func encode(_ bytes: [UInt8]) -> String {
        unsafe String(unsafeUninitializedCapacity: length) { text in
            var index = 0
            for byte in bytes.prefix(16) {
                if isHyphen(at: index) {
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
    package static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count == length else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        var high: UInt8?
        for (index, character) in text.utf8.enumerated() {
            if isHyphen(at: index) {
                guard character == 0x2D else { return nil }
                continue
            }
            guard let digit = value(ofDigit: character) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    private static func isHyphen(at index: Int) -> Bool { index == 8 || index == 13 || index == 18 || index == 23 }

    private static func value(ofDigit character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x61...0x66: character - 0x61 + 10
        default: nil
        }
    }
}
