/// How a signature is made. Only hash functions of SHA-2 are accepted, for signing and for verifying.
public enum SignatureScheme: Sendable, Hashable {
    /// FIPS 186-5 §6, on any of the four curves; the signature is the DER of its two numbers.
    case ecdsa(DigestAlgorithm)
    /// RSASSA-PSS (RFC 8017 §8.1), MGF1 with the same hash, a salt as long as the digest.
    case rsaPSS(DigestAlgorithm)
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
    case rsaPKCS1v15(DigestAlgorithm)
    /// RFC 8032, over the message itself.
    case ed25519
}

extension SignatureScheme {
    /// The hash function; nil if the scheme signs the message itself.
    var digest: DigestAlgorithm? {
        switch self {
        case .ecdsa(let digest), .rsaPSS(let digest), .rsaPKCS1v15(let digest): digest
        case .ed25519: nil
        }
    }

    /// Refuses a key of another type and a hash function that is not allowed.
    func checkUse(with type: AsymmetricKeyType, _ operation: Operation) throws(OpenSSLError) {
        let fits =
            switch (self, type) {
            case (.ecdsa, .p256), (.ecdsa, .p384), (.ecdsa, .p521), (.ecdsa, .secp256k1): true
            case (.rsaPSS, .rsa), (.rsaPKCS1v15, .rsa), (.ed25519, .ed25519): true
            case (.ecdsa, _), (.rsaPSS, _), (.rsaPKCS1v15, _), (.ed25519, _): false
            }
        try operation.require(fits, "the key is of another type than the signature scheme")
        try operation.require(digest?.isSHA2 ?? true, "only SHA-2 is used for signatures", code: .unsupported)
    }
}
