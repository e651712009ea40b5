/// A cipher kind of SSLv2 (draft-hickman-netscape-ssl-00, section 4.1), three bytes on the wire.
struct SSL2CipherKind: RawRepresentable, Sendable, Hashable, Comparable {
    /// In the lower 24 bits.
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue & 0xFF_FFFF }

    private static let names: [(number: UInt32, name: String, bits: Int)] = [
        (0x00_0000, "SSL_CK_NULL_WITH_MD5", 0),
        (0x01_0080, "SSL_CK_RC4_128_WITH_MD5", 128),
        (0x02_0080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5", 40),
        (0x03_0080, "SSL_CK_RC2_128_CBC_WITH_MD5", 128),
        (0x04_0080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5", 40),
        (0x05_0080, "SSL_CK_IDEA_128_CBC_WITH_MD5", 128),
        (0x06_0040, "SSL_CK_DES_64_CBC_WITH_MD5", 56),
        (0x06_0140, "SSL_CK_DES_64_CBC_WITH_SHA", 56),
        (0x07_00C0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5", 112),
        (0x07_01C0, "SSL_CK_DES_192_EDE3_CBC_WITH_SHA", 112),
        (0x08_0080, "SSL_CK_RC4_64_WITH_MD5", 64),
        (0xFF_0800, "SSL_CK_DES_64_CFB64_WITH_MD5_1", 56),
        (0xFF_0810, "SSL_CK_NULL", 0),
    ]

    /// What a probe offers: everything but the kinds without encryption and the two that only SSLeay knew.
    static let offered: [SSL2CipherKind] = names.map { SSL2CipherKind(rawValue: $0.number) }.filter {
        $0.bits ?? 0 > 0 && $0.rawValue < 0xFF_0000
    }

    /// `SSL_CK_RC4_128_WITH_MD5`, or `0x010080` for a number that nobody assigned.
    var name: String {
        if let known = Self.names.first(where: { $0.number == rawValue }) { return known.name }
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// Of effective strength, nil for a number that nobody assigned.
    var bits: Int? { Self.names.first { $0.number == rawValue }?.bits }

    /// What stands in a hello: kinds of SSLv2, and suites of later versions behind a zero byte (RFC 5246 appendix E.2).
    var encoded: [UInt8] { [UInt8(rawValue >> 16), UInt8(rawValue >> 8 & 0xFF), UInt8(rawValue & 0xFF)] }

    static func < (left: SSL2CipherKind, right: SSL2CipherKind) -> Bool { left.rawValue < right.rawValue }
}
