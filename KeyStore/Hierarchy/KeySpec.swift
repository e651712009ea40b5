/// The kind of key material in a KMS key (AWS KMS API reference, `KeySpec`).
public enum KeySpec: String, Sendable, Hashable, CaseIterable {
    case symmetricDefault = "SYMMETRIC_DEFAULT"
    case hmac224 = "HMAC_224"
    case hmac256 = "HMAC_256"
    case hmac384 = "HMAC_384"
    case hmac512 = "HMAC_512"
    case rsa2048 = "RSA_2048"
    case rsa3072 = "RSA_3072"
    case rsa4096 = "RSA_4096"
    case eccNISTP256 = "ECC_NIST_P256"
    case eccNISTP384 = "ECC_NIST_P384"
    case eccNISTP521 = "ECC_NIST_P521"
    case eccSECGP256K1 = "ECC_SECG_P256K1"
    case eccNISTEdwards25519 = "ECC_NIST_EDWARDS25519"

    /// The uses that AWS KMS allows for this spec, the only or usual one first.
    public var allowedUsages: [KeyUsage] {
        switch self {
        case .symmetricDefault: [.encryptDecrypt]
        case .hmac224, .hmac256, .hmac384, .hmac512: [.generateVerifyMAC]
        case .rsa2048, .rsa3072, .rsa4096: [.encryptDecrypt, .signVerify]
        case .eccNISTP256, .eccNISTP384, .eccNISTP521: [.signVerify, .keyAgreement]
        case .eccSECGP256K1, .eccNISTEdwards25519: [.signVerify]
        }
    }

    public var isAsymmetric: Bool {
        switch self {
        case .symmetricDefault, .hmac224, .hmac256, .hmac384, .hmac512: false
        case .rsa2048, .rsa3072, .rsa4096, .eccNISTP256, .eccNISTP384, .eccNISTP521, .eccSECGP256K1, .eccNISTEdwards25519: true
        }
    }

    public var isHMAC: Bool { macAlgorithm != nil }
}

/// What a KMS key may be used for (AWS KMS API reference, `KeyUsageType`). It never changes.
public enum KeyUsage: String, Sendable, Hashable, CaseIterable {
    case encryptDecrypt = "ENCRYPT_DECRYPT"
    case signVerify = "SIGN_VERIFY"
    case generateVerifyMAC = "GENERATE_VERIFY_MAC"
    case keyAgreement = "KEY_AGREEMENT"
}

/// Where key material comes from (AWS KMS API reference, `OriginType`).
public enum KeyOrigin: String, Sendable, Hashable, CaseIterable {
    /// Made here. The name is AWS's, so that scripts written for AWS KMS read it.
    case awsKMS = "AWS_KMS"
    /// Imported by its owner.
    case external = "EXTERNAL"
}

/// Lengths of generated data keys (AWS KMS API reference, `DataKeySpec`).
public enum DataKeySpec: String, Sendable, Hashable, CaseIterable {
    case aes256 = "AES_256"
    case aes128 = "AES_128"

    public var byteCount: Int {
        switch self {
        case .aes256: 32
        case .aes128: 16
        }
    }
}
