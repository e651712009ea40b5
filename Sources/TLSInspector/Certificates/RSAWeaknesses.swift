internal import OpenSSL

/// Looks for flaws of an RSA key that its size does not show.
struct RSAWeaknesses {
    /// Most significant byte first.
    let modulus: [UInt8]
    let exponent: [UInt8]

    /// Fermat's method finds primes that are this close at once; honest ones it never finds.
    static let fermatStepCount = 100
    /// Larger ones are left to libcrypto's own limit; the work here grows with the length.
    static let maximumByteCount = 2048

    /// Sorted.
    func found(blocklist: DebianBlocklist?) throws(OpenSSLError) -> [KeyWeakness] {
        var found: [KeyWeakness] = []
        if hasSmallExponent { found.append(.smallExponent) }
        guard modulus.count <= Self.maximumByteCount else { return found }
        let number = LimbNumber(bigEndian: modulus)
        if let blocklist, try blocklist.contains(modulus: modulus) { found.append(.debian) }
        if number.isEven {
            found.append(.evenModulus)
        } else {
            if SmallPrimes.divide(number) { found.append(.smallFactor) }
            if ROCAFingerprint.matches(number) { found.append(.roca) }
            if try ClosePrimes.areFactors(of: modulus, stepCount: Self.fermatStepCount) { found.append(.closePrimes) }
        }
        return found.sorted()
    }

    /// 1 encrypts nothing, 3 has a history of forged signatures, and an even one has no inverse.
    private var hasSmallExponent: Bool {
        let digits = exponent.drop { $0 == 0 }
        guard let last = digits.last else { return true }
        return digits.count == 1 && last <= 3 || last & 1 == 0
    }
}
