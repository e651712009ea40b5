/// Algorithms of FIPS 204 and 205 by OID, which older versions of libcrypto do not know (RFC 9881, RFC 9909).
enum PostQuantumName {
    static let byOID: [String: String] = {
        var names: [String: String] = [:]
        for (index, name) in signatures.enumerated() { names["2.16.840.1.101.3.4.3.\(17 + index)"] = name }
        return names
    }()

    /// In the order of the NIST's arc, from 17 on.
    private static let signatures = [
        "ML-DSA-44", "ML-DSA-65", "ML-DSA-87", "SLH-DSA-SHA2-128s", "SLH-DSA-SHA2-128f", "SLH-DSA-SHA2-192s", "SLH-DSA-SHA2-192f",
        "SLH-DSA-SHA2-256s", "SLH-DSA-SHA2-256f", "SLH-DSA-SHAKE-128s", "SLH-DSA-SHAKE-128f", "SLH-DSA-SHAKE-192s", "SLH-DSA-SHAKE-192f",
        "SLH-DSA-SHAKE-256s", "SLH-DSA-SHAKE-256f", "HashML-DSA-44-SHA512", "HashML-DSA-65-SHA512", "HashML-DSA-87-SHA512",
    ]
}
