import AgeFormat
import ArgumentParser
import KeyStore

struct KMSReEncrypt: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "re-encrypt", abstract: "Move a ciphertext to another key or context; the plaintext never leaves the key store.",
        discussion: """
            $ coffer kms re-encrypt --ciphertext-blob token.enc --destination-key-id new \\
                --out token.new

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: ArgumentHelp("The ciphertext: a file, - for stdin, or base64:TEXT.", valueName: "file"), completion: .file())
    var ciphertextBlob: ByteInput

    @Option(name: .long, help: "The key it must have been encrypted under.") var sourceKeyId: KeyReference?
    @Option(name: .long, help: ArgumentHelp("The context it was encrypted with.", valueName: "pairs")) var sourceEncryptionContext:
        [String] = []
    @Option(name: .long, help: "How it was encrypted.") var sourceEncryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault
    @Option(name: .long, help: "The key to encrypt under.") var destinationKeyId: KeyReference

    @Option(name: .long, help: ArgumentHelp("The context to encrypt with.", valueName: "pairs"))
    var destinationEncryptionContext: [String] = []

    @Option(name: .long, help: "How to encrypt.") var destinationEncryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault
    @OptionGroup var dryRun: DryRunOption
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await reEncrypt(request(in: session), with: store.service)
        if options.output.json {
            try destination.write(JSONText(ReEncryptResult(response)).bytes, in: session)
        } else {
            try destination.writeBinary(response.ciphertextBlob, in: session)
        }
    }

    private func reEncrypt(_ request: ReEncryptRequest, with service: LocalKeyService) async throws(KeyStoreError) -> ReEncryptResponse {
        do {
            return try await service.reEncrypt(request)
        } catch {
            throw error.explained(for: sourceEncryptionAlgorithm)
        }
    }

    private func request(in session: Session) throws -> ReEncryptRequest {
        ReEncryptRequest(
            ciphertextBlob: try ciphertextBlob.read(upTo: KMSLimit.ciphertext, in: session.context, option: "--ciphertext-blob"),
            sourceKeyID: sourceKeyId?.serviceName,
            sourceEncryptionContext: try ContextArgument.parse(sourceEncryptionContext, option: "--source-encryption-context"),
            sourceEncryptionAlgorithm: sourceEncryptionAlgorithm, destinationKeyID: destinationKeyId.serviceName,
            destinationEncryptionContext: try ContextArgument.parse(
                destinationEncryptionContext, option: "--destination-encryption-context"),
            destinationEncryptionAlgorithm: destinationEncryptionAlgorithm, dryRun: dryRun.dryRun)
    }
}

/// `ReEncryptResponse` of the AWS KMS API.
private struct ReEncryptResult: Encodable {
    let ciphertextBlob: String
    let destinationEncryptionAlgorithm: String
    let destinationKeyMaterialId: String?
    let keyId: String
    let sourceEncryptionAlgorithm: String
    let sourceKeyId: String
    let sourceKeyMaterialId: String?

    init(_ response: ReEncryptResponse) {
        ciphertextBlob = Base64.encode(response.ciphertextBlob, padding: .required)
        destinationEncryptionAlgorithm = response.destinationEncryptionAlgorithm.rawValue
        destinationKeyMaterialId = response.destinationKeyMaterialID
        keyId = response.keyARN
        sourceEncryptionAlgorithm = response.sourceEncryptionAlgorithm.rawValue
        sourceKeyId = response.sourceKeyARN
        sourceKeyMaterialId = response.sourceKeyMaterialID
    }
}
