/// A reflected CRC with all-ones register at the start and at the end: the three that S3 uses. All of them run in a register of
/// 64 bits.
///
/// A 32-bit CRC modulo P is a 64-bit CRC modulo P·x^32, whose register has zeros in its upper half; for a reflected CRC that is
/// the same number, zero-extended. So one table, one folding and one multiplication serve every width.
public struct CRCPolynomial: Sendable {
    /// Reflected: bit i is the coefficient of x^(width-1-i), and x^width is left out.
    public let bits: UInt64
    public let width: Int
    /// `tables[256·k + b]` is the register after byte b and k zero bytes.
    let tables: [UInt64]
    /// Factors that move 128 bits forward by 512 and by 128 bits; see `coffer_crc_fold`.
    let fold512: (UInt64, UInt64)
    let fold128: (UInt64, UInt64)

    /// CRC-32/ISO-HDLC (ITU-T V.42, zlib).
    public static let crc32 = CRCPolynomial(bits: 0xEDB8_8320, width: 32)
    /// CRC-32/ISCSI, Castagnoli (RFC 3720 appendix B.4).
    public static let crc32c = CRCPolynomial(bits: 0x82F6_3B78, width: 32)
    /// CRC-64/NVME (NVM Express NVM Command Set Specification 1.0, §5.2.1.3.4: polynomial 0xAD93D23594C93659).
    public static let crc64NVME = CRCPolynomial(bits: 0x9A6C_9329_AC4B_C9B5, width: 64)

    package init(bits: UInt64, width: Int) {
        self.bits = bits
        self.width = width
        tables = Self.makeTables(bits)
        fold512 = (Self.power(512 + 63, modulo: bits), Self.power(512 - 1, modulo: bits))
        fold128 = (Self.power(128 + 63, modulo: bits), Self.power(128 - 1, modulo: bits))
    }

    /// The register before the first byte, and what the last one is inverted with.
    public var allOnes: UInt64 { width == 64 ? .max : 1 << UInt64(width) - 1 }

    // MARK: Arithmetic modulo the polynomial

    /// The CRC of two messages one after the other, from the CRC of each and the length of the second in bytes.
    public func combine(_ first: UInt64, _ second: UInt64, secondByteCount: UInt64) -> UInt64 {
        multiply(power(byteCount: secondByteCount), first) ^ second
    }

    /// x^(8·byteCount), without the overflow that 8·byteCount could have.
    private func power(byteCount: UInt64) -> UInt64 {
        var factor = Self.power(8, modulo: bits)
        var product = Self.one
        var rest = byteCount
        while rest > 0 {
            if rest & 1 == 1 { product = multiply(product, factor) }
            factor = multiply(factor, factor)
            rest >>= 1
        }
        return product
    }

    private func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 { Self.multiply(left, right, modulo: bits) }

    /// The polynomial 1 is the highest bit, since the register is reflected.
    private static let one: UInt64 = 1 << 63

    private static func timesX(_ value: UInt64, modulo bits: UInt64) -> UInt64 { value & 1 == 0 ? value >> 1 : value >> 1 ^ bits }

    private static func multiply(_ left: UInt64, _ right: UInt64, modulo bits: UInt64) -> UInt64 {
        var product: UInt64 = 0
        var shifted = right
        var coefficients = left
        while coefficients != 0 {
            if coefficients & one != 0 { product ^= shifted }
            coefficients <<= 1
            shifted = timesX(shifted, modulo: bits)
        }
        return product
    }

    private static func power(_ exponent: Int, modulo bits: UInt64) -> UInt64 {
        (0..<exponent).reduce(one) { value, _ in timesX(value, modulo: bits) }
    }

    private static func makeTables(_ bits: UInt64) -> [UInt64] {
        var tables = [UInt64](repeating: 0, count: CRC.tableCount * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt64(byte)) { value, _ in timesX(value, modulo: bits) }
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = tables[Int(previous & 255)] ^ previous >> 8
        }
        return tables
    }
}
