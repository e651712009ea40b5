import AgeFormat
import ArgumentParser
import KeyStore

struct KMSGenerateDataKeyPair: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-data-key-pair", abstract: "Make a key pair whose private key is encrypted under a key.",
        discussion: """
            The private key (PKCS#8 DER) goes to stdout or --out, its ciphertext to
            --private-key-ciphertext-out, the public key (SubjectPublicKeyInfo DER) to
            --public-key-out; with --json all are in one object.

            $ coffer kms generate-data-key-pair --key-id backups \\
                --key-pair-spec ECC_NIST_P256 --json

            \(ExitStatus.help)
            """)

    @OptionGroup var pair: DataKeyPairOptions
    @OptionGroup var files: KeyPairFiles
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws { try files.validate(json: options.output.json) }

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
        try OutputFile.checkAll(files.paths + [destination.path], replacing: destination.force)
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.generateDataKeyPair(pair.request())
        let privateKey = try await store.service.exportPlaintext(of: response.privateKey)
        let result = KeyPairResult(
            keyARN: response.keyARN, keyMaterialID: response.keyMaterialID, keyPairSpec: response.keyPairSpec,
            privateKeyCiphertextBlob: response.privateKeyCiphertextBlob, publicKey: response.publicKey)
        guard !options.output.json else {
            return try destination.write(SecretJSON.text("PrivateKeyPlaintext", privateKey, with: result), in: session)
        }
        try files.write(
            privateKeyCiphertextBlob: response.privateKeyCiphertextBlob, publicKey: response.publicKey, replacing: destination.force,
            in: session)
        try destination.writeBinary(privateKey, in: session)
    }
}

/// `GenerateDataKeyPairResponse` of the AWS KMS API but for the plaintext.
struct KeyPairResult: Encodable {
    let keyId: String
    let keyMaterialId: String
    let keyPairSpec: String
    let privateKeyCiphertextBlob: String
    let publicKey: String

    init(keyARN: String, keyMaterialID: String, keyPairSpec: KeySpec, privateKeyCiphertextBlob: [UInt8], publicKey: [UInt8]) {
        self.keyId = keyARN
        self.keyMaterialId = keyMaterialID
        self.keyPairSpec = keyPairSpec.rawValue
        self.privateKeyCiphertextBlob = Base64.encode(privateKeyCiphertextBlob, padding: .required)
        self.publicKey = Base64.encode(publicKey, padding: .required)
    }
}

/// Where the public parts of a key pair go.
struct KeyPairFiles: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Write the encrypted private key here.", valueName: "file"), completion: .file())
    var privateKeyCiphertextOut: String?

    @Option(name: .long, help: ArgumentHelp("Write the public key here.", valueName: "file"), completion: .file()) var publicKeyOut: String?

    func validate(json: Bool) throws {
        let given = [privateKeyCiphertextOut, publicKeyOut].compactMap(\.self).count
        guard given == (json ? 0 : 2) else {
            throw ValidationError("give either both --private-key-ciphertext-out FILE and --public-key-out FILE, or --json")
        }
    }

    var paths: [String?] { [privateKeyCiphertextOut, publicKeyOut] }

    func write(privateKeyCiphertextBlob: [UInt8], publicKey: [UInt8], replacing: Bool, in session: Session) throws {
        for (path, bytes) in [(privateKeyCiphertextOut, privateKeyCiphertextBlob), (publicKeyOut, publicKey)] {
            guard let path else { continue }
            try OutputFile(path: path, replacing: replacing).write(bytes)
        }
    }
}
