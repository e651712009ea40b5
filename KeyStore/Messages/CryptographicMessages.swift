public import OpenSSL

/// Input of Encrypt. The plaintext is 1–4096 bytes for symmetric keys, less for RSA (AWS KMS API reference).
public struct EncryptRequest: ~Copyable, Sendable {
    public let keyID: String
    public let plaintext: SecretBytes
    public let encryptionContext: EncryptionContext
    public let encryptionAlgorithm: EncryptionAlgorithm
    public let dryRun: Bool

    public init(
        keyID: String, plaintext: consuming SecretBytes, encryptionContext: EncryptionContext = .empty,
        encryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault, dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.plaintext = plaintext
        self.encryptionContext = encryptionContext
        self.encryptionAlgorithm = encryptionAlgorithm
        self.dryRun = dryRun
    }
}

public struct EncryptResponse: Sendable, Equatable {
    public let keyARN: String
    public let ciphertextBlob: [UInt8]
    public let encryptionAlgorithm: EncryptionAlgorithm
}

/// Input of Decrypt. `keyID` may be left out for symmetric ciphertext, which names its key.
public struct DecryptRequest: Sendable {
    public var ciphertextBlob: [UInt8]
    public var encryptionContext: EncryptionContext
    public var keyID: String?
    public var encryptionAlgorithm: EncryptionAlgorithm
    public var dryRun: Bool

    public init(
        ciphertextBlob: [UInt8], encryptionContext: EncryptionContext = .empty, keyID: String? = nil,
        encryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault, dryRun: Bool = false
    ) {
        self.ciphertextBlob = ciphertextBlob
        self.encryptionContext = encryptionContext
        self.keyID = keyID
        self.encryptionAlgorithm = encryptionAlgorithm
        self.dryRun = dryRun
    }
}

public struct DecryptResponse: ~Copyable, Sendable {
    public let keyARN: String
    public let plaintext: SecretBytes
    public let encryptionAlgorithm: EncryptionAlgorithm
    public let keyMaterialID: String?
}

public struct ReEncryptRequest: Sendable {
    public var ciphertextBlob: [UInt8]
    public var sourceKeyID: String?
    public var sourceEncryptionContext: EncryptionContext
    public var sourceEncryptionAlgorithm: EncryptionAlgorithm
    public var destinationKeyID: String
    public var destinationEncryptionContext: EncryptionContext
    public var destinationEncryptionAlgorithm: EncryptionAlgorithm
    public var dryRun: Bool

    public init(
        ciphertextBlob: [UInt8], sourceKeyID: String? = nil, sourceEncryptionContext: EncryptionContext = .empty,
        sourceEncryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault, destinationKeyID: String,
        destinationEncryptionContext: EncryptionContext = .empty,
        destinationEncryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault, dryRun: Bool = false
    ) {
        self.ciphertextBlob = ciphertextBlob
        self.sourceKeyID = sourceKeyID
        self.sourceEncryptionContext = sourceEncryptionContext
        self.sourceEncryptionAlgorithm = sourceEncryptionAlgorithm
        self.destinationKeyID = destinationKeyID
        self.destinationEncryptionContext = destinationEncryptionContext
        self.destinationEncryptionAlgorithm = destinationEncryptionAlgorithm
        self.dryRun = dryRun
    }
}

public struct ReEncryptResponse: Sendable, Equatable {
    public let ciphertextBlob: [UInt8]
    public let sourceKeyARN: String
    public let keyARN: String
    public let sourceEncryptionAlgorithm: EncryptionAlgorithm
    public let destinationEncryptionAlgorithm: EncryptionAlgorithm
    public let sourceKeyMaterialID: String?
    public let destinationKeyMaterialID: String?
}

/// Input of GenerateDataKey and GenerateDataKeyWithoutPlaintext: a named or a free length, never both, never neither.
public struct GenerateDataKeyRequest: Sendable {
    public var keyID: String
    public var encryptionContext: EncryptionContext
    public var keySpec: DataKeySpec?
    /// 1–1024.
    public var numberOfBytes: Int?
    public var dryRun: Bool

    public init(
        keyID: String, encryptionContext: EncryptionContext = .empty, keySpec: DataKeySpec? = nil, numberOfBytes: Int? = nil,
        dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.encryptionContext = encryptionContext
        self.keySpec = keySpec
        self.numberOfBytes = numberOfBytes
        self.dryRun = dryRun
    }
}

public struct GenerateDataKeyResponse: ~Copyable, Sendable {
    public let keyARN: String
    public let ciphertextBlob: [UInt8]
    public let keyMaterialID: String
    public let dataKey: DataKey
}

public struct GenerateDataKeyWithoutPlaintextResponse: Sendable, Equatable {
    public let keyARN: String
    public let ciphertextBlob: [UInt8]
    public let keyMaterialID: String
}

public struct GenerateDataKeyPairRequest: Sendable {
    public var keyID: String
    /// An asymmetric spec (AWS KMS API reference, `DataKeyPairSpec`).
    public var keyPairSpec: KeySpec
    public var encryptionContext: EncryptionContext
    public var dryRun: Bool

    public init(keyID: String, keyPairSpec: KeySpec, encryptionContext: EncryptionContext = .empty, dryRun: Bool = false) {
        self.keyID = keyID
        self.keyPairSpec = keyPairSpec
        self.encryptionContext = encryptionContext
        self.dryRun = dryRun
    }
}

public struct GenerateDataKeyPairResponse: ~Copyable, Sendable {
    public let keyARN: String
    public let keyPairSpec: KeySpec
    public let privateKeyCiphertextBlob: [UInt8]
    /// PKCS#8 DER, still inside; see `KeyService.exportPlaintext(of:)`.
    public let privateKey: DataKey
    /// SubjectPublicKeyInfo DER.
    public let publicKey: [UInt8]
    public let keyMaterialID: String
}

public struct GenerateDataKeyPairWithoutPlaintextResponse: Sendable, Equatable {
    public let keyARN: String
    public let keyPairSpec: KeySpec
    public let privateKeyCiphertextBlob: [UInt8]
    public let publicKey: [UInt8]
    public let keyMaterialID: String
}

public struct SignRequest: Sendable {
    public var keyID: String
    /// 1–4096 bytes when raw, exactly the digest's length when a digest.
    public var message: [UInt8]
    public var messageType: MessageType
    public var signingAlgorithm: SigningAlgorithm
    public var dryRun: Bool

    public init(
        keyID: String, message: [UInt8], messageType: MessageType = .raw, signingAlgorithm: SigningAlgorithm, dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.message = message
        self.messageType = messageType
        self.signingAlgorithm = signingAlgorithm
        self.dryRun = dryRun
    }
}

public struct SignResponse: Sendable, Equatable {
    public let keyARN: String
    public let signature: [UInt8]
    public let signingAlgorithm: SigningAlgorithm
}

public struct VerifyRequest: Sendable {
    public var keyID: String
    public var message: [UInt8]
    public var messageType: MessageType
    /// 1–6144 bytes.
    public var signature: [UInt8]
    public var signingAlgorithm: SigningAlgorithm
    public var dryRun: Bool

    public init(
        keyID: String, message: [UInt8], messageType: MessageType = .raw, signature: [UInt8], signingAlgorithm: SigningAlgorithm,
        dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.message = message
        self.messageType = messageType
        self.signature = signature
        self.signingAlgorithm = signingAlgorithm
        self.dryRun = dryRun
    }
}

/// Exists only when the signature is valid; an invalid one is `KMSInvalidSignatureException`.
public struct VerifyResponse: Sendable, Equatable {
    public let keyARN: String
    public let signingAlgorithm: SigningAlgorithm
    public var signatureValid: Bool { true }
}

public struct GenerateMacRequest: Sendable {
    public var keyID: String
    /// 1–4096 bytes.
    public var message: [UInt8]
    public var macAlgorithm: MACAlgorithm
    public var dryRun: Bool

    public init(keyID: String, message: [UInt8], macAlgorithm: MACAlgorithm, dryRun: Bool = false) {
        self.keyID = keyID
        self.message = message
        self.macAlgorithm = macAlgorithm
        self.dryRun = dryRun
    }
}

public struct GenerateMacResponse: Sendable, Equatable {
    public let keyARN: String
    public let mac: [UInt8]
    public let macAlgorithm: MACAlgorithm
}

public struct VerifyMacRequest: Sendable {
    public var keyID: String
    public var message: [UInt8]
    public var mac: [UInt8]
    public var macAlgorithm: MACAlgorithm
    public var dryRun: Bool

    public init(keyID: String, message: [UInt8], mac: [UInt8], macAlgorithm: MACAlgorithm, dryRun: Bool = false) {
        self.keyID = keyID
        self.message = message
        self.mac = mac
        self.macAlgorithm = macAlgorithm
        self.dryRun = dryRun
    }
}

/// Exists only when the MAC is valid; an invalid one is `KMSInvalidMacException`.
public struct VerifyMacResponse: Sendable, Equatable {
    public let keyARN: String
    public let macAlgorithm: MACAlgorithm
    public var macValid: Bool { true }
}

public struct DeriveSharedSecretRequest: Sendable {
    public var keyID: String
    public var keyAgreementAlgorithm: KeyAgreementAlgorithm
    /// The other party's key: SubjectPublicKeyInfo DER, same curve.
    public var publicKey: [UInt8]
    public var dryRun: Bool

    public init(keyID: String, keyAgreementAlgorithm: KeyAgreementAlgorithm = .ecdh, publicKey: [UInt8], dryRun: Bool = false) {
        self.keyID = keyID
        self.keyAgreementAlgorithm = keyAgreementAlgorithm
        self.publicKey = publicKey
        self.dryRun = dryRun
    }
}

public struct DeriveSharedSecretResponse: ~Copyable, Sendable {
    public let keyARN: String
    /// The raw shared secret: the x coordinate, as long as the curve's field.
    public let sharedSecret: SecretBytes
    public let keyAgreementAlgorithm: KeyAgreementAlgorithm
    public let keyOrigin: KeyOrigin
}
