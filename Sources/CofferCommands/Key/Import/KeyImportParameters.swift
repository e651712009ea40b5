import AgeFormat
import ArgumentParser
import KeyStore

struct KeyImportParameters: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "parameters", abstract: "Get the public key to wrap material to, and the token that goes with it.",
        discussion: """
            Both are valid for 24 hours.

            $ coffer key import parameters mine --public-key wrap.der --token mine.token

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Option(name: .long, help: "How the material will be wrapped.") var wrappingAlgorithm: WrappingAlgorithm = .rsaAESKeyWrapSHA256
    @Option(name: .long, help: "The size of the wrapping key.") var wrappingKeySpec: WrappingKeySpec = .rsa4096

    @Option(
        name: .long, help: ArgumentHelp("Write the public key (DER, SubjectPublicKeyInfo) here.", valueName: "file"), completion: .file())
    var publicKey: String?

    @Option(name: .long, help: ArgumentHelp("Write the import token here.", valueName: "file"), completion: .file()) var token: String?
    @Flag(name: .long, help: "Replace existing output files.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard options.output.json || (publicKey != nil && token != nil) else {
            throw ValidationError("give --public-key FILE and --token FILE, or --json")
        }
    }

    func check(in session: Session) throws { try OutputFile.checkAll([publicKey, token], replacing: force) }

    func run(on store: OpenStore, in session: Session) async throws {
        let keyID = try await key.keyID(in: store.service)
        let response = try await parameters(keyID: keyID, from: store.service)
        for (path, bytes) in [(publicKey, response.publicKey), (token, response.importToken)] {
            guard let path else { continue }
            try OutputFile(path: path, replacing: force).write(bytes)
        }
        try session.output.render(ImportParametersResult(response))
    }

    private func parameters(keyID: String, from service: LocalKeyService) async throws -> GetParametersForImportResponse {
        do throws(KeyStoreError) {
            return try await service.getParametersForImport(
                keyID: keyID, wrappingAlgorithm: wrappingAlgorithm, wrappingKeySpec: wrappingKeySpec)
        } catch {
            // The same error stands for keys that nothing can be imported into.
            guard error.code == .unsupportedOperation, try await service.describeKey(keyID: keyID).origin == .external else { throw error }
            throw RefusedArgument(error: error, hint: "wrap it with --wrapping-algorithm \(WrappingAlgorithm.rsaAESKeyWrapSHA256.rawValue)")
        }
    }
}

/// `GetParametersForImportResponse` of the AWS KMS API.
private struct ImportParametersResult: CommandResult {
    let importToken: String
    let keyId: String
    let parametersValidTo: String
    let publicKey: String

    init(_ response: GetParametersForImportResponse) {
        importToken = Base64.encode(response.importToken, padding: .required)
        keyId = response.keyARN
        parametersValidTo = response.parametersValidTo.rfc3339
        publicKey = Base64.encode(response.publicKey, padding: .required)
    }

    var text: String { "valid until \(parametersValidTo)\n" }
}
