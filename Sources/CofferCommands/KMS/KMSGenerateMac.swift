import AgeFormat
import ArgumentParser
import KeyStore

struct KMSGenerateMac: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-mac", abstract: "Make a message authentication code with an HMAC key.",
        discussion: """
            $ coffer kms generate-mac --key-id tokens --message token.txt \\
                --mac-algorithm HMAC_SHA_256 --out token.mac

            \(ExitStatus.help)
            """)

    @OptionGroup var message: MessageOptions
    @Option(name: .long, help: "How it is made.") var macAlgorithm: MACAlgorithm
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.generateMac(
            GenerateMacRequest(
                keyID: message.keyId.serviceName, message: message.read(in: session), macAlgorithm: macAlgorithm,
                dryRun: message.dryRun.dryRun))
        if options.output.json {
            try destination.write(JSONText(GenerateMacResult(response)).bytes, in: session)
        } else {
            try destination.writeBinary(response.mac, in: session)
        }
    }
}

/// `GenerateMacResponse` of the AWS KMS API.
private struct GenerateMacResult: Encodable {
    let keyId: String
    let mac: String
    let macAlgorithm: String

    init(_ response: GenerateMacResponse) {
        keyId = response.keyARN
        mac = Base64.encode(response.mac, padding: .required)
        macAlgorithm = response.macAlgorithm.rawValue
    }
}
