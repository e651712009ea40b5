import ArgumentParser
import KeyStore

struct KeyCreate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key and print its ARN.",
        discussion: """
            $ coffer key create --alias backups --tag team=ops
            $ coffer key create --spec ECC_NIST_P256 --usage SIGN_VERIFY --alias releases
            $ coffer key create --spec HMAC_256 --usage GENERATE_VERIFY_MAC
            $ coffer key create --origin external --alias mine    then `key import`

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: "An alias for the new key; `alias/` in front may be left out.")
    var alias: AliasName?

    @Option(name: .long, help: ArgumentHelp("A tag; may be repeated.", valueName: "key=value"))
    var tag: [String] = []

    @Option(name: .long, help: "What kind of key.")
    var spec: KeySpec = .symmetricDefault

    @Option(name: .long, help: "What it is for. Needed unless the key is symmetric and encrypts.")
    var usage: KeyUsage?

    @Option(name: .long, help: "What it is for, in words.")
    var description = ""

    @Option(name: .long, help: "AWS_KMS: coffer makes the key material. EXTERNAL: you will import it.")
    var origin: KeyOrigin = .awsKMS

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let request = CreateKeyRequest(
            description: description, keySpec: spec, keyUsage: usage, origin: origin, tags: try TagArgument.parse(tag, option: "--tag"))
        try await alias?.requireFree(in: store.service)
        let metadata = try await store.service.createKey(request)
        if let alias { try await name(metadata, alias, in: store.service) }
        try session.output.render(KeyCreateResult(metadata: KeyMetadataResult(metadata: metadata)))
    }

    /// CreateKey knows no alias. A key whose alias was taken in the meantime is still a key, so the error names it.
    private func name(_ metadata: KeyMetadata, _ alias: AliasName, in service: LocalKeyService) async throws {
        do throws(KeyStoreError) {
            try await service.createAlias(aliasName: alias.text, targetKeyID: metadata.keyID)
        } catch {
            throw KeyStoreError(error.code, "the key \(metadata.arn) was made, but not its alias: \(error.message)")
        }
    }
}

/// As `describe`, but people get the one line that a script can use.
private struct KeyCreateResult: CommandResult {
    let metadata: KeyMetadataResult
    func encode(to encoder: any Encoder) throws { try metadata.encode(to: encoder) }
    var text: String { metadata.metadata.arn + "\n" }
}
