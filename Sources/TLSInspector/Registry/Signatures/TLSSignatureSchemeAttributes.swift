/// What a signature scheme signs with.
public struct TLSSignatureSchemeAttributes: Sendable, Hashable {
    /// The kind of key that the certificate has to hold.
    public enum Key: String, Sendable, Hashable, Codable, CaseIterable {
        /// rsaEncryption, for PKCS#1 v1.5 and for PSS alike.
        case rsa
        /// id-RSASSA-PSS
        case rsaPSS = "rsa-pss"
        case dsa, ecdsa, ed25519, ed448, sm2, gost
        case mlDSA = "ml-dsa"
        case slhDSA = "slh-dsa"
        /// Signatures that are verified by a name instead of a certificate.
        case identity
    }

    public enum Hash: String, Sendable, Hashable, Codable, CaseIterable {
        case md5, sha1, sha224, sha256, sha384, sha512, sm3
        /// The scheme has its own.
        case intrinsic
    }

    public var name: String
    public var key: Key
    public var hash: Hash
    /// May sign CertificateVerify in TLS 1.3 (RFC 8446 §4.2.3).
    public var isTLS13: Bool
    /// May sign ServerKeyExchange in TLS 1.2.
    public var isTLS12: Bool

    public var isPostQuantum: Bool {
        switch key {
        case .mlDSA, .slhDSA: true
        case .rsa, .rsaPSS, .dsa, .ecdsa, .ed25519, .ed448, .sm2, .gost, .identity: false
        }
    }

    /// Collisions of its hash can be made.
    public var usesBrokenHash: Bool { hash == .md5 || hash == .sha1 }
    /// RSA with PSS, whatever key it takes.
    public var isPSS: Bool { name.hasPrefix("rsa_pss_") }
}
