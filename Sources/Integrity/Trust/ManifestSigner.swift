public import KeyStore

/// Signs manifests with a key of a key service, in which the private half stays.
public struct ManifestSigner: Sendable {
    /// As others have to trust it: the public key under its ARN.
    public let signer: TrustedSigner
    private let service: any KeyService
    private let arn: String

    /// - Parameter keyID: a key ID, an ARN, an alias. An alias is looked up now, and may lead elsewhere later.
    /// - Throws: `invalidArgument` when it is no Ed25519 key for signatures, saying how to make one; `keyService`.
    public init(service: any KeyService, keyID: String) async throws(IntegrityError) {
        let signer = try await TrustedSigner(service: service, keyID: keyID)
        guard let arn = signer.name else { throw IntegrityError(.internalFailure, "a key of the key service has no ARN") }
        self.signer = signer
        self.service = service
        self.arn = arn
    }

    /// - Throws: `keyService`; `invalidSignature` when the signature that the service made is not one.
    public func sign(_ checkpoint: Checkpoint) async throws(IntegrityError) -> SignedNote {
        let response: SignResponse
        do throws(KeyStoreError) {
            response = try await service.sign(
                SignRequest(keyID: arn, message: checkpoint.text, messageType: .raw, signingAlgorithm: .ed25519SHA512))
        } catch {
            throw IntegrityError(error, while: "the manifest cannot be signed with \(arn)")
        }
        let keyID = try NoteSignature.keyID(name: arn, publicKey: signer.publicKey)
        let signature = NoteSignature(name: arn, keyID: keyID, signature: response.signature)
        let note = try SignedNote(text: checkpoint.text, signatures: [signature])
        // A signature that does not verify would be noticed when the manifest is needed, which is too late.
        try note.verify(by: [signer])
        return note
    }
}
