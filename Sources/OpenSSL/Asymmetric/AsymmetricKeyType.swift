import COpenSSL

/// What kind of key pair a key belongs to.
public enum AsymmetricKeyType: Sendable, Hashable {
    /// RSA with a modulus of so many bits, in `rsaBitRange`.
    case rsa(bits: Int)
    /// The NIST curves (FIPS 186-5) and the curve of SEC 2 §2.4.1.
    case p256, p384, p521, secp256k1
    /// RFC 8032 and RFC 7748.
    case ed25519, x25519

    /// The sizes of RSA keys that are read. The upper bound is libcrypto's, and ssh's.
    public static let rsaBitRange = 2048...16384
    /// The sizes of RSA keys that are made.
    public static let generatedRSABits: Set<Int> = [2048, 3072, 4096]
}

extension AsymmetricKeyType {
    /// libcrypto's name of the curve; nil for what is not an ECDSA or ECDH key.
    var curveName: StaticString? {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        case .secp256k1: "secp256k1"
        case .rsa, .ed25519, .x25519: nil
        }
    }

    /// The length in bytes of a field element of the curve; nil for what is not an ECDSA or ECDH key.
    var fieldByteCount: Int? {
        switch self {
        case .p256, .secp256k1: 32
        case .p384: 48
        case .p521: 66
        case .rsa, .ed25519, .x25519: nil
        }
    }

    /// The length in bytes of the numbers that RSA works on; nil for other keys.
    var modulusByteCount: Int? {
        guard case .rsa(let bits) = self else { return nil }
        return (bits + 7) / 8
    }

    static let curves: [AsymmetricKeyType] = [.p256, .p384, .p521, .secp256k1]
}
