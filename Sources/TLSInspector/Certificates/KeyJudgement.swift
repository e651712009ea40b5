/// Words for what is wrong with keys.
enum KeyJudgement {
    /// Bits below which a key is too small: of RSA as CA/Browser Forum and NIST SP 800-57 have it, of curves by the latter.
    static let minimumRSABits = 2048
    static let minimumCurveBits = 224

    /// `an RSA key of 1024 bits, below 2048`; nil if the size is right or unknown.
    static func smallness(_ key: CertificateKeyFacts) -> String? {
        switch key.algorithm {
        case "RSA", "RSA-PSS":
            guard let bits = key.bits, bits < minimumRSABits else { return nil }
            return "an \(key.algorithm) key of \(bits) bits, below \(minimumRSABits)"
        case "EC":
            guard let bits = key.bits, bits < minimumCurveBits else { return nil }
            return "a key on a curve of \(bits) bits, below \(minimumCurveBits)"
        case "DSA": return "a DSA key, which no client accepts any more"
        default: return nil
        }
    }

    /// Follows "a key".
    static func sentencePart(_ weakness: KeyWeakness) -> String {
        switch weakness {
        case .debian: "that Debian's broken OpenSSL made; everybody has it (CVE-2008-0166)"
        case .roca: "that Infineon's library made; its private half can be computed (ROCA, CVE-2017-15361)"
        case .closePrimes: "whose primes are so close that they can be computed (CVE-2022-26320)"
        case .smallFactor: "with a small prime factor, so that it was made wrongly or is damaged"
        case .smallExponent: "with a public exponent that is even or at most 3"
        case .evenModulus: "with an even modulus, which is no RSA key"
        }
    }
}
