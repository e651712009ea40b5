import AgeFormat
import ArgumentParser
import KeyStore

struct KMSSign: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a message.",
        discussion: """
            $ coffer kms sign --key-id releases --message notes.txt \\
                --signing-algorithm ECDSA_SHA_256 --out notes.sig
            $ openssl dgst -sha256 -binary app.tar | coffer kms sign --key-id releases \\
                --message - --message-type DIGEST --signing-algorithm ECDSA_SHA_256 \\
                --out app.sig

            \(ExitStatus.help)
            """)

    @OptionGroup var message: MessageOptions
    @OptionGroup var signing: SigningOptions
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws {
        if !options.output.json { try destination.requireBinaryDestination(in: session) }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.sign(
            SignRequest(
                keyID: message.keyId.serviceName, message: message.read(in: session), messageType: signing.messageType,
                signingAlgorithm: signing.signingAlgorithm, dryRun: message.dryRun.dryRun))
        if options.output.json {
            try destination.write(JSONText(SignResult(response)).bytes, in: session)
        } else {
            try destination.writeBinary(response.signature, in: session)
        }
    }
}

/// `SignResponse` of the AWS KMS API.
private struct SignResult: Encodable {
    let keyId: String
    let signature: String
    let signingAlgorithm: String

    init(_ response: SignResponse) {
        keyId = response.keyARN
        signature = Base64.encode(response.signature, padding: .required)
        signingAlgorithm = response.signingAlgorithm.rawValue
    }
}
