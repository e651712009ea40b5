import AgeFormat
import ArgumentParser
import KeyStore

struct KMSEncrypt: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt", abstract: "Encrypt up to 4096 bytes directly under a key.",
        discussion: """
            For files, `coffer encrypt` has no limit.

            $ coffer kms encrypt --key-id backups --plaintext token.txt \\
                --encryption-context app=web --out token.enc
            $ printf %s "$TOKEN" | coffer kms encrypt --key-id backups --plaintext - \\
                --json

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: KeyReference.help) var keyId: KeyReference
    @Option(name: .long, help: ArgumentHelp("What to encrypt: a file, or - for stdin.", valueName: "file"), completion: .file())
    var plaintext: ByteInput
    @OptionGroup var encryptionContext: EncryptionContextOption
    @Option(name: .long, help: "How; RSA keys need it.") var encryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault
    @OptionGroup var dryRun: DryRunOption
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let request = EncryptRequest(
            keyID: keyId.serviceName,
            plaintext: try plaintext.readSecret(upTo: KMSLimit.plaintext, in: session.context, option: "--plaintext"),
            encryptionContext: try encryptionContext.parse(), encryptionAlgorithm: encryptionAlgorithm, dryRun: dryRun.dryRun)
        let response = try await store.service.encrypt(request)
        if options.output.json {
            try destination.write(JSONText(EncryptResult(response)).bytes, in: session)
        } else {
            try destination.writeBinary(response.ciphertextBlob, in: session)
        }
    }
}

/// `EncryptResponse` of the AWS KMS API.
private struct EncryptResult: Encodable {
    let ciphertextBlob: String
    let encryptionAlgorithm: String
    let keyId: String

    init(_ response: EncryptResponse) {
        ciphertextBlob = Base64.encode(response.ciphertextBlob, padding: .required)
        encryptionAlgorithm = response.encryptionAlgorithm.rawValue
        keyId = response.keyARN
    }
}
