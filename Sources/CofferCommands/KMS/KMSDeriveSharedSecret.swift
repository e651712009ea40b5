import ArgumentParser
import KeyStore

struct KMSDeriveSharedSecret: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "derive-shared-secret", abstract: "Agree on a secret with somebody's public key (ECDH).",
        discussion: """
            $ coffer kms derive-shared-secret --key-id agreement --public-key theirs.der \\
                --out secret

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: KeyReference.help) var keyId: KeyReference
    @Option(name: .long, help: "How.") var keyAgreementAlgorithm: KeyAgreementAlgorithm = .ecdh

    @Option(
        name: .long,
        help: ArgumentHelp("Their public key (SubjectPublicKeyInfo DER): a file, - for stdin, or base64:TEXT.", valueName: "file"),
        completion: .file())
    var publicKey: ByteInput

    @OptionGroup var dryRun: DryRunOption
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.deriveSharedSecret(
            DeriveSharedSecretRequest(
                keyID: keyId.serviceName, keyAgreementAlgorithm: keyAgreementAlgorithm,
                publicKey: publicKey.read(upTo: KMSLimit.publicKey, in: session.context, option: "--public-key"), dryRun: dryRun.dryRun))
        guard options.output.json else { return try destination.writeBinary(response.sharedSecret, in: session) }
        let document = try SecretJSON.text("SharedSecret", response.sharedSecret, with: DeriveResult(response))
        try destination.write(document, in: session)
    }
}

/// `DeriveSharedSecretResponse` of the AWS KMS API but for the secret.
private struct DeriveResult: Encodable {
    let keyAgreementAlgorithm: String
    let keyId: String
    let keyOrigin: String

    init(_ response: borrowing DeriveSharedSecretResponse) {
        keyAgreementAlgorithm = response.keyAgreementAlgorithm.rawValue
        keyId = response.keyARN
        keyOrigin = response.keyOrigin.rawValue
    }
}
