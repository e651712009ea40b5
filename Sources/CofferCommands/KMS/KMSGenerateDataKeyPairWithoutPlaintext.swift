import ArgumentParser
import KeyStore

struct KMSGenerateDataKeyPairWithoutPlaintext: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-data-key-pair-without-plaintext",
        abstract: "Make a key pair for later: the private key only encrypted under a key.",
        discussion: """
            $ coffer kms generate-data-key-pair-without-plaintext --key-id backups \\
                --key-pair-spec RSA_3072 --private-key-ciphertext-out pair.enc \\
                --public-key-out pair.der

            \(ExitStatus.help)
            """)

    @OptionGroup var pair: DataKeyPairOptions
    @OptionGroup var files: KeyPairFiles
    @Flag(name: .long, help: "Replace existing output files.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws { try files.validate(json: options.output.json) }

    func check(in session: Session) throws { try OutputFile.checkAll(files.paths, replacing: force) }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.generateDataKeyPairWithoutPlaintext(pair.request())
        if options.output.json {
            let result = KeyPairResult(
                keyARN: response.keyARN, keyMaterialID: response.keyMaterialID, keyPairSpec: response.keyPairSpec,
                privateKeyCiphertextBlob: response.privateKeyCiphertextBlob, publicKey: response.publicKey)
            try session.output.write(JSONText(result).bytes)
        } else {
            try files.write(
                privateKeyCiphertextBlob: response.privateKeyCiphertextBlob, publicKey: response.publicKey, replacing: force, in: session)
        }
    }
}
