import ArgumentParser
import KeyStore

struct KMSGenerateDataKeyWithoutPlaintext: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-data-key-without-plaintext", abstract: "Make a data key for later: only encrypted under a key.",
        discussion: """
            $ coffer kms generate-data-key-without-plaintext --key-id backups \\
                --key-spec AES_256 --out key.enc

            \(ExitStatus.help)
            """)

    @OptionGroup var dataKey: DataKeyOptions
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.generateDataKeyWithoutPlaintext(dataKey.request())
        guard options.output.json else { return try destination.writeBinary(response.ciphertextBlob, in: session) }
        let result = DataKeyResult(
            ciphertextBlob: response.ciphertextBlob, keyARN: response.keyARN, keyMaterialID: response.keyMaterialID)
        try destination.write(JSONText(result).bytes, in: session)
    }
}
