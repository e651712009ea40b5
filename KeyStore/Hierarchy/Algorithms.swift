import OpenSSL

/// AWS KMS API reference, `EncryptionAlgorithmSpec`.
public enum EncryptionAlgorithm: String, Sendable, Hashable, CaseIterable {
    case symmetricDefault = "SYMMETRIC_DEFAULT"
    case rsaesOAEPSHA1 = "RSAES_OAEP_SHA_1"
    case rsaesOAEPSHA256 = "RSAES_OAEP_SHA_256"

    var oaepDigest: DigestAlgorithm? {
        switch self {
        case .symmetricDefault: nil
        case .rsaesOAEPSHA1: .sha1
        case .rsaesOAEPSHA256: .sha256
        }
    }
}

/// AWS KMS API reference, `SigningAlgorithmSpec`.
public enum SigningAlgorithm: String, Sendable, Hashable, CaseIterable {
    case rsassaPSSSHA256 = "RSASSA_PSS_SHA_256"
    case rsassaPSSSHA384 = "RSASSA_PSS_SHA_384"
    case rsassaPSSSHA512 = "RSASSA_PSS_SHA_512"
    case rsassaPKCS1SHA256 = "RSASSA_PKCS1_V1_5_SHA_256"
    case rsassaPKCS1SHA384 = "RSASSA_PKCS1_V1_5_SHA_384"
    case rsassaPKCS1SHA512 = "RSASSA_PKCS1_V1_5_SHA_512"
    case ecdsaSHA256 = "ECDSA_SHA_256"
    case ecdsaSHA384 = "ECDSA_SHA_384"
    case ecdsaSHA512 = "ECDSA_SHA_512"
    case ed25519SHA512 = "ED25519_SHA_512"

    var scheme: SignatureScheme {
        switch self {
        case .rsassaPSSSHA256: .rsaPSS(.sha256)
        case .rsassaPSSSHA384: .rsaPSS(.sha384)
        case .rsassaPSSSHA512: .rsaPSS(.sha512)
        case .rsassaPKCS1SHA256: .rsaPKCS1v15(.sha256)
        case .rsassaPKCS1SHA384: .rsaPKCS1v15(.sha384)
        case .rsassaPKCS1SHA512: .rsaPKCS1v15(.sha512)
        case .ecdsaSHA256: .ecdsa(.sha256)
        case .ecdsaSHA384: .ecdsa(.sha384)
        case .ecdsaSHA512: .ecdsa(.sha512)
        case .ed25519SHA512: .ed25519
        }
    }

    /// The digest whose length a `MessageType.digest` message must have; nil where only whole messages can be signed.
    var digest: DigestAlgorithm? {
        switch scheme {
        case .ecdsa(let digest), .rsaPSS(let digest), .rsaPKCS1v15(let digest): digest
        case .ed25519: nil
        }
    }
}

/// AWS KMS API reference, `MacAlgorithmSpec`.
public enum MACAlgorithm: String, Sendable, Hashable, CaseIterable {
    case hmacSHA224 = "HMAC_SHA_224"
    case hmacSHA256 = "HMAC_SHA_256"
    case hmacSHA384 = "HMAC_SHA_384"
    case hmacSHA512 = "HMAC_SHA_512"

    var digest: DigestAlgorithm {
        switch self {
        case .hmacSHA224: .sha224
        case .hmacSHA256: .sha256
        case .hmacSHA384: .sha384
        case .hmacSHA512: .sha512
        }
    }
}

/// AWS KMS API reference, `KeyAgreementAlgorithmSpec`.
public enum KeyAgreementAlgorithm: String, Sendable, Hashable, CaseIterable {
    case ecdh = "ECDH"
}

/// AWS KMS API reference, `MessageType`.
public enum MessageType: String, Sendable, Hashable, CaseIterable {
    case raw = "RAW"
    case digest = "DIGEST"
}

/// How imported key material is wrapped for transport (AWS KMS API reference, `AlgorithmSpec`).
public enum WrappingAlgorithm: String, Sendable, Hashable, CaseIterable {
    case rsaesOAEPSHA1 = "RSAES_OAEP_SHA_1"
    case rsaesOAEPSHA256 = "RSAES_OAEP_SHA_256"
    /// RSA-OAEP of an ephemeral AES-256 key, then AES-KWP (RFC 5649) of the material under it.
    case rsaAESKeyWrapSHA1 = "RSA_AES_KEY_WRAP_SHA_1"
    case rsaAESKeyWrapSHA256 = "RSA_AES_KEY_WRAP_SHA_256"

    var digest: DigestAlgorithm {
        switch self {
        case .rsaesOAEPSHA1, .rsaAESKeyWrapSHA1: .sha1
        case .rsaesOAEPSHA256, .rsaAESKeyWrapSHA256: .sha256
        }
    }

    var usesAESKeyWrap: Bool {
        switch self {
        case .rsaesOAEPSHA1, .rsaesOAEPSHA256: false
        case .rsaAESKeyWrapSHA1, .rsaAESKeyWrapSHA256: true
        }
    }
}

/// The RSA key that imported material is wrapped to (AWS KMS API reference, `WrappingKeySpec`).
public enum WrappingKeySpec: String, Sendable, Hashable, CaseIterable {
    case rsa2048 = "RSA_2048"
    case rsa3072 = "RSA_3072"
    case rsa4096 = "RSA_4096"

    var bitCount: Int {
        switch self {
        case .rsa2048: 2048
        case .rsa3072: 3072
        case .rsa4096: 4096
        }
    }
}

extension KeySpec {
    /// Which algorithms a key of this spec offers for a usage (AWS KMS developer guide, "Key spec reference").
    public func encryptionAlgorithms(for usage: KeyUsage) -> [EncryptionAlgorithm] {
        guard usage == .encryptDecrypt else { return [] }
        switch self {
        case .symmetricDefault: return [.symmetricDefault]
        case .rsa2048, .rsa3072, .rsa4096: return [.rsaesOAEPSHA1, .rsaesOAEPSHA256]
        case .hmac224, .hmac256, .hmac384, .hmac512, .eccNISTP256, .eccNISTP384, .eccNISTP521, .eccSECGP256K1, .eccNISTEdwards25519:
            return []
        }
    }

    public func signingAlgorithms(for usage: KeyUsage) -> [SigningAlgorithm] {
        guard usage == .signVerify else { return [] }
        switch self {
        case .rsa2048, .rsa3072, .rsa4096:
            return [
                .rsassaPKCS1SHA256, .rsassaPKCS1SHA384, .rsassaPKCS1SHA512, .rsassaPSSSHA256, .rsassaPSSSHA384, .rsassaPSSSHA512,
            ]
        case .eccNISTP256, .eccSECGP256K1: return [.ecdsaSHA256]
        case .eccNISTP384: return [.ecdsaSHA384]
        case .eccNISTP521: return [.ecdsaSHA512]
        case .eccNISTEdwards25519: return [.ed25519SHA512]
        case .symmetricDefault, .hmac224, .hmac256, .hmac384, .hmac512: return []
        }
    }

    public var macAlgorithm: MACAlgorithm? {
        switch self {
        case .hmac224: .hmacSHA224
        case .hmac256: .hmacSHA256
        case .hmac384: .hmacSHA384
        case .hmac512: .hmacSHA512
        case .symmetricDefault, .rsa2048, .rsa3072, .rsa4096, .eccNISTP256, .eccNISTP384, .eccNISTP521, .eccSECGP256K1,
            .eccNISTEdwards25519:
            nil
        }
    }

    /// The asymmetric key that this spec names; nil for symmetric and HMAC keys.
    var asymmetricType: AsymmetricKeyType? {
        switch self {
        case .symmetricDefault, .hmac224, .hmac256, .hmac384, .hmac512: nil
        case .rsa2048: .rsa(bits: 2048)
        case .rsa3072: .rsa(bits: 3072)
        case .rsa4096: .rsa(bits: 4096)
        case .eccNISTP256: .p256
        case .eccNISTP384: .p384
        case .eccNISTP521: .p521
        case .eccSECGP256K1: .secp256k1
        case .eccNISTEdwards25519: .ed25519
        }
    }

    /// Length of symmetric or HMAC key material in bytes; nil for asymmetric keys, whose material is PKCS#8.
    var materialByteCount: Int? {
        switch self {
        case .symmetricDefault, .hmac256: 32
        case .hmac224: 28
        case .hmac384: 48
        case .hmac512: 64
        case .rsa2048, .rsa3072, .rsa4096, .eccNISTP256, .eccNISTP384, .eccNISTP521, .eccSECGP256K1, .eccNISTEdwards25519: nil
        }
    }
}
