public import KeyStore
import OpenSSL

/// An Ed25519 key whose signatures are believed, because a person said so.
public struct TrustedSigner: Sendable, Hashable {
    public static let publicKeyByteCount = 32

    /// Of the key in signatures: its ARN, or what a verifier key says. nil accepts any name, because a file of a key alone has none.
    public let name: String?
    /// 32 bytes (RFC 8032 §5.1.2).
    public let publicKey: [UInt8]

    /// - Throws: `invalidArgument` for a name that no key can have, or anything but 32 bytes.
    public init(name: String?, publicKey: [UInt8]) throws(IntegrityError) {
        guard publicKey.count == Self.publicKeyByteCount else {
            throw IntegrityError(.invalidArgument, "an Ed25519 public key has 32 bytes, not \(publicKey.count)")
        }
        if let name, !NoteSignature.isName(name.utf8) {
            throw IntegrityError(
                .invalidArgument, "a key cannot be named \"\(Array(name.utf8).visiblePath)\": a name has no spaces and no plus")
        }
        self.name = name
        self.publicKey = publicKey
    }

    /// The key of this name in a key service.
    ///
    /// - Parameter keyID: a key ID, an ARN, an alias.
    /// - Throws: `invalidArgument` when it is no Ed25519 key for signatures, saying how to make one; `keyService`.
    public init(service: any KeyService, keyID: String) async throws(IntegrityError) {
        let response: GetPublicKeyResponse
        do throws(KeyStoreError) {
            response = try await service.getPublicKey(keyID: keyID)
        } catch {
            if error.code == .unsupportedOperation { throw Self.unsuitable(keyID, "it has no public key") }
            throw IntegrityError(error, while: "the public key of \(Array(keyID.utf8).visiblePath) is not to be had")
        }
        guard response.keySpec == .eccNISTEdwards25519, response.keyUsage == .signVerify else {
            throw Self.unsuitable(response.keyARN, "its spec is \(response.keySpec.rawValue) and its usage \(response.keyUsage.rawValue)")
        }
        try self.init(name: response.keyARN, publicKey: try Self.rawKey(der: response.publicKey))
    }

    private static func unsuitable(_ key: String, _ reason: String) -> IntegrityError {
        IntegrityError(
            .invalidArgument,
            "the key \(Array(key.utf8).visiblePath) cannot sign manifests and trails: \(reason); make one that can: "
                + "coffer key create --alias audit-key --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY")
    }

    /// The 32 bytes in a SubjectPublicKeyInfo (RFC 8410 §4).
    static func rawKey(der: [UInt8]) throws(IntegrityError) -> [UInt8] {
        do {
            let key = try PublicKey(spkiDER: der.bytes)
            guard key.type == .ed25519 else {
                throw IntegrityError(
                    .invalidArgument, "the public key is of another kind than Ed25519, which alone signs manifests and trails")
            }
            return try key.rawBytes()
        } catch let error as IntegrityError {
            throw error
        } catch {
            throw IntegrityError(.malformed, "a public key cannot be read: \(error)")
        }
    }

    // MARK: Signatures

    /// Whether a signature says that it is of this key.
    func isNamed(by signature: NoteSignature) throws(IntegrityError) -> Bool {
        if let name, !signature.isNamed(name) { return false }
        return try NoteSignature.keyID(name: signature.name, publicKey: publicKey) == signature.keyID
    }

    func isValid(_ signature: NoteSignature, over text: [UInt8]) throws(IntegrityError) -> Bool {
        do {
            return try PublicKey(rawEd25519: publicKey.bytes).isValidSignature(signature.signature.bytes, message: text.bytes, .ed25519)
        } catch {
            throw IntegrityError(.internalFailure, "a signature could not be checked: \(error)")
        }
    }
}
