internal import OpenSSL

extension CertificateKeyFacts {
    init(_ key: X509Key, blocklist: DebianBlocklist?) throws(OpenSSLError) {
        algorithm = Self.names[key.algorithmOID] ?? PostQuantumName.byOID[key.algorithmOID] ?? key.algorithm
        bits = key.bits
        curve = key.curve.map { Self.curves[$0] ?? $0 }
        exponent = key.exponentText
        guard let modulus = key.modulus, let exponent = key.exponent else {
            weaknesses = []
            return
        }
        weaknesses = try RSAWeaknesses(modulus: modulus, exponent: exponent).found(blocklist: blocklist)
    }

    private static let names = [
        "1.2.840.113549.1.1.1": "RSA", "1.2.840.113549.1.1.10": "RSA-PSS", "1.2.840.10045.2.1": "EC", "1.2.840.10040.4.1": "DSA",
        "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448", "1.3.101.110": "X25519", "1.3.101.111": "X448",
    ]

    /// libcrypto's names that differ from IANA's.
    private static let curves = ["prime256v1": "secp256r1", "prime192v1": "secp192r1"]
}
