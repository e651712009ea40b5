import AgeFormat
import ArgumentParser
import KeyStore

struct KMSGenerateDataKey: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-data-key", abstract: "Make a data key, in the clear and encrypted under a key.",
        discussion: """
            The plaintext goes to stdout or --out, the ciphertext to --ciphertext-out;
            with --json both are in one object. Use the plaintext, forget it, and keep the
            ciphertext with what it encrypted.

            $ coffer kms generate-data-key --key-id backups --key-spec AES_256 --json
            $ coffer kms generate-data-key --key-id backups --number-of-bytes 64 \\
                --ciphertext-out key.enc --out key

            \(ExitStatus.help)
            """)

    @OptionGroup var dataKey: DataKeyOptions
    @Option(name: .long, help: ArgumentHelp("Write the encrypted data key here.", valueName: "file"), completion: .file())
    var ciphertextOut: String?
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard options.output.json != (ciphertextOut != nil) else { throw ValidationError("give either --ciphertext-out FILE or --json") }
    }

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
        try OutputFile.checkAll([ciphertextOut, destination.path], replacing: destination.force)
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.generateDataKey(dataKey.request())
        let plaintext = try await store.service.exportPlaintext(of: response.dataKey)
        if let ciphertextOut {
            let file = OutputFile(path: ciphertextOut, replacing: destination.force)
            try file.write(response.ciphertextBlob)
            try destination.writeBinary(plaintext, in: session)
        } else {
            let document = try SecretJSON.text(
                "Plaintext", plaintext,
                with: DataKeyResult(
                    ciphertextBlob: response.ciphertextBlob, keyARN: response.keyARN, keyMaterialID: response.keyMaterialID))
            try destination.write(document, in: session)
        }
    }
}

/// `GenerateDataKeyResponse` of the AWS KMS API but for the plaintext.
struct DataKeyResult: Encodable {
    let ciphertextBlob: String
    let keyId: String
    let keyMaterialId: String

    init(ciphertextBlob: [UInt8], keyARN: String, keyMaterialID: String) {
        self.ciphertextBlob = Base64.encode(ciphertextBlob, padding: .required)
        self.keyId = keyARN
        self.keyMaterialId = keyMaterialID
    }
}
