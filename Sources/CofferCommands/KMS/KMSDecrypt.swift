import ArgumentParser
import KeyStore

struct KMSDecrypt: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt", abstract: "Decrypt what `kms encrypt` or `kms generate-data-key` made.",
        discussion: """
            $ coffer kms decrypt --ciphertext-blob token.enc --encryption-context app=web
            $ coffer kms decrypt --ciphertext-blob base64:AUpc… --json

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: ArgumentHelp("The ciphertext: a file, - for stdin, or base64:TEXT.", valueName: "file"), completion: .file())
    var ciphertextBlob: ByteInput

    @OptionGroup var encryptionContext: EncryptionContextOption
    @Option(name: .long, help: "The key it must have been encrypted under; RSA ciphertext needs it.") var keyId: KeyReference?
    @Option(name: .long, help: "How it was encrypted.") var encryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault
    @OptionGroup var dryRun: DryRunOption
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let request = DecryptRequest(
            ciphertextBlob: try ciphertextBlob.read(upTo: KMSLimit.ciphertext, in: session.context, option: "--ciphertext-blob"),
            encryptionContext: try encryptionContext.parse(), keyID: keyId?.serviceName, encryptionAlgorithm: encryptionAlgorithm,
            dryRun: dryRun.dryRun)
        let response = try await decrypt(request, with: store.service)
        guard options.output.json else { return try destination.write(response.plaintext, in: session) }
        let document = try SecretJSON.text("Plaintext", response.plaintext, with: DecryptResult(response))
        try destination.write(document, in: session)
    }

    private func decrypt(_ request: DecryptRequest, with service: LocalKeyService) async throws(KeyStoreError) -> DecryptResponse {
        do {
            return try await service.decrypt(request)
        } catch {
            throw error.explained(for: encryptionAlgorithm)
        }
    }
}

/// `DecryptResponse` of the AWS KMS API but for the plaintext.
private struct DecryptResult: Encodable {
    let encryptionAlgorithm: String
    let keyId: String
    let keyMaterialId: String?

    init(_ response: borrowing DecryptResponse) {
        encryptionAlgorithm = response.encryptionAlgorithm.rawValue
        keyId = response.keyARN
        keyMaterialId = response.keyMaterialID
    }
}
