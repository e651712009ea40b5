/// The few pieces of DER (ITU-T X.690) that an RSA key is made of. Reading is libcrypto's.
enum DER {
    /// SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL }
    static let rsaAlgorithm: [UInt8] = [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00]

    /// A tag and the shortest form of a length.
    static func header(_ tag: UInt8, count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= 0xFFFF, "a length of at most two bytes")
        return switch count {
        case ..<0x80: [tag, UInt8(count)]
        case ..<0x100: [tag, 0x81, UInt8(count)]
        default: [tag, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
        }
    }

    static func sequence(_ content: [UInt8]) -> [UInt8] { header(0x30, count: content.count) + content }

    /// An INTEGER that is not negative, from its bytes, most significant first, with or without zeros in front.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        let digits = bytes.drop { $0 == 0 }
        let padding: [UInt8] = (digits.first ?? 0x80) >= 0x80 ? [0] : []
        return header(0x02, count: padding.count + digits.count) + padding + digits
    }

    /// As ``integer(_:)``, written into a secret.
    static func append(integer: borrowing SecretBytes, to output: inout SecretBuffer) throws(OpenSSLError) {
        let (start, isPadded) = layout(integer)
        let front = header(0x02, count: integer.count - start + (isPadded ? 1 : 0)) + (isPadded ? [0] : [])
        try output.append(front.bytes)
        try integer.withBytes { bytes throws(OpenSSLError) in try output.append(bytes.extracting(start..<bytes.byteCount)) }
    }

    /// Where the digits of a number begin, and whether a zero has to stand in front of them. The place of the first digit is no secret:
    /// the numbers of a key have the lengths that its size says.
    private static func layout(_ integer: borrowing SecretBytes) -> (start: Int, isPadded: Bool) {
        unsafe integer.withUnsafeBytes { bytes in
            let start = unsafe bytes.firstIndex { $0 != 0 } ?? bytes.count
            return unsafe (start, start == bytes.count || bytes[start] >= 0x80)
        }
    }
}
