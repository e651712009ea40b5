import ArgumentParser
import KeyStore

struct KMSVerify: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a signature; exit status 1 if it is not valid.",
        discussion: """
            $ coffer kms verify --key-id releases --message notes.txt --signature notes.sig --signing-algorithm ECDSA_SHA_256

            \(ExitStatus.help)
            """)

    @OptionGroup var message: MessageOptions
    @OptionGroup var signing: SigningOptions

    @Option(name: .long, help: ArgumentHelp("The signature: a file, - for stdin, or base64:TEXT.", valueName: "file"), completion: .file())
    var signature: ByteInput

    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws { try ByteInput.requireOneStandardInput([message.message, signature]) }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.verify(
            VerifyRequest(
                keyID: message.keyId.serviceName, message: message.read(in: session), messageType: signing.messageType,
                signature: signature.read(upTo: KMSLimit.signature, in: session.context, option: "--signature"),
                signingAlgorithm: signing.signingAlgorithm, dryRun: message.dryRun.dryRun))
        try session.output.render(
            VerifyResult(
                keyId: response.keyARN, signatureValid: response.signatureValid, signingAlgorithm: response.signingAlgorithm.rawValue))
    }
}

/// `VerifyResponse` of the AWS KMS API.
private struct VerifyResult: CommandResult {
    let keyId: String
    let signatureValid: Bool
    let signingAlgorithm: String
    var text: String { "the signature is valid: \(keyId)\n" }
}
