import ArgumentParser
import KeyStore

struct KeyImportMaterial: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "material", abstract: "Import key material that was wrapped to the parameters' public key.",
        discussion: """
            $ coffer key import material mine --token mine.token --encrypted-key-material mine.wrapped --valid-to 2027-01-01

            \(ExitStatus.help)
            """)

    /// AWS KMS API reference, `ImportToken` and `EncryptedKeyMaterial` (CiphertextType).
    private static let maximumByteCount = 6144

    @Argument(help: KeyReference.help) var key: KeyReference
    @Option(name: .long, help: ArgumentHelp("The import token.", valueName: "file"), completion: .file()) var token: ByteInput

    @Option(name: .long, help: ArgumentHelp("The wrapped material, or - for stdin.", valueName: "file"), completion: .file())
    var encryptedKeyMaterial: ByteInput

    @OptionGroup var importOptions: ImportOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws { try ByteInput.requireOneStandardInput([token, encryptedKeyMaterial]) }

    func run(on store: OpenStore, in session: Session) async throws {
        let token = try token.read(upTo: Self.maximumByteCount, in: session.context, option: "--token")
        let wrapped = try encryptedKeyMaterial.read(
            upTo: Self.maximumByteCount, in: session.context, option: "--encrypted-key-material")
        let keyID = try await key.keyID(in: store.service)
        let request = try importOptions.request(keyID: keyID, token: token, encryptedKeyMaterial: wrapped)
        try await session.output.render(ImportResult(store.service.importKeyMaterial(request)))
    }
}
