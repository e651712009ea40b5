internal import OpenSSL

extension FiniteFieldParameters {
    /// What can be said about a group from its two numbers.
    ///
    /// A prime that is known is looked up; any other is tested, which takes up to a second for 4096 bits and several for
    /// ``Primality/maximumBitCount``: call it where that may block.
    /// - Parameters:
    ///   - prime: big-endian, as it came; leading zeros do not count.
    ///   - generator: the same.
    ///   - isExport: whether it was offered only to suites for export.
    /// - Throws: `invalidInput` if the prime is longer than ``Primality/maximumBitCount``.
    init(prime: [UInt8], generator: [UInt8], isExport: Bool) throws(OpenSSLError) {
        let number = Array(prime.drop { $0 == 0 })
        let digest = try Digest.hash(.sha256, number.bytes)
        let fingerprint = Self.hexadecimal(digest)
        let known = FiniteFieldGroups.shared[fingerprint]
        let isPrime: Bool
        let isSafePrime: Bool
        if let known {
            isPrime = true
            isSafePrime = known.isSafe
        } else {
            isSafePrime = try Primality.isSafePrime(number)
            isPrime = isSafePrime ? true : try Primality.isPrime(number)
        }
        self.init(
            bits: ServerKeyExchange.bitCount(number), origin: known?.origin ?? .own, name: known?.name, isPrime: isPrime,
            isSafePrime: isSafePrime, generator: Self.number(generator), fingerprint: fingerprint, isExport: isExport)
    }

    /// Decimal if it is small, as most are: `2`. Else `0x…`.
    static func number(_ bytes: [UInt8]) -> String {
        let significant = Array(bytes.drop { $0 == 0 })
        if significant.count <= 8 { return String(significant.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
        return "0x" + hexadecimal(significant)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
