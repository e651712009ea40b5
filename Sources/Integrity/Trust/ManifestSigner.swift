public import KeyStore

/// Signs manifests, and other texts as notes, with a key of a key service, in which the private half stays.
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
        try await sign(checkpoint.text, of: "the manifest")
    }

    /// Signs any text.
    ///
    /// The caller sees to it that its first line says what it is and is none of another kind of text: a signature says nothing of what for.
    /// - Parameters:
    ///   - text: lines of UTF-8 without control characters.
    ///   - subject: what cannot be signed when it fails, for people.
    /// - Throws: `invalidArgument` for a text that no note can have; `keyService`; `invalidSignature`, as above.
    public func sign(_ text: [UInt8], of subject: String) async throws(IntegrityError) -> SignedNote {
        // What cannot be a note is not signed either.
        _ = try SignedNote(text: text, signatures: [])
        let response: SignResponse
        do throws(KeyStoreError) {
            response = try await service.sign(
                SignRequest(keyID: arn, message: text, messageType: .raw, signingAlgorithm: .ed25519SHA512))
        } catch {
            throw IntegrityError(error, while: "\(subject) cannot be signed with \(arn)")
        }
        let keyID = try NoteSignature.keyID(name: arn, publicKey: signer.publicKey)
        let signature = NoteSignature(name: arn, keyID: keyID, signature: response.signature)
        let note = try SignedNote(text: text, signatures: [signature])
        // A signature that does not verify would be noticed when the manifest is needed, which is too late.
        try note.verify(by: [signer])
        return note
    }
}
