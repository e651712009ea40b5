import ArgumentParser
import KeyStore

struct KMSVerifyMac: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-mac", abstract: "Check a message authentication code; exit status 1 if it is not valid.",
        discussion: """
            $ coffer kms verify-mac --key-id tokens --message token.txt --mac token.mac --mac-algorithm HMAC_SHA_256

            \(ExitStatus.help)
            """)

    @OptionGroup var message: MessageOptions
    @Option(name: .long, help: "How it was made.") var macAlgorithm: MACAlgorithm

    @Option(name: .long, help: ArgumentHelp("The code: a file, - for stdin, or base64:TEXT.", valueName: "file"), completion: .file())
    var mac: ByteInput

    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws { try ByteInput.requireOneStandardInput([message.message, mac]) }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.verifyMac(
            VerifyMacRequest(
                keyID: message.keyId.serviceName, message: message.read(in: session),
                mac: mac.read(upTo: KMSLimit.mac, in: session.context, option: "--mac"), macAlgorithm: macAlgorithm,
                dryRun: message.dryRun.dryRun))
        try session.output.render(
            VerifyMacResult(keyId: response.keyARN, macAlgorithm: response.macAlgorithm.rawValue, macValid: response.macValid))
    }
}

/// `VerifyMacResponse` of the AWS KMS API.
private struct VerifyMacResult: CommandResult {
    let keyId: String
    let macAlgorithm: String
    let macValid: Bool
    var text: String { "the MAC is valid: \(keyId)\n" }
}
