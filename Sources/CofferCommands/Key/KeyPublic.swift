import AgeFormat
import ArgumentParser
import KeyStore

struct KeyPublic: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "public", abstract: "Print the public key of an asymmetric key.",
        discussion: """
            $ coffer key public releases > releases.pem
            $ openssl dgst -sha256 -verify releases.pem -signature app.sig app

            \(ExitStatus.help)
            """)

    @Argument(help: KeyReference.help) var key: KeyReference
    @Flag(name: .long, help: "Write DER (SubjectPublicKeyInfo, RFC 5280) instead of PEM.") var der = false
    @OptionGroup(title: "Output") var destination: DestinationOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard !(der && options.output.json) else { throw ValidationError("--der and --json are two forms of the same; give one") }
    }

    func check(in session: Session) throws {
        if der, !options.output.json { try destination.requireBinaryDestination(in: session) }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let response = try await store.service.getPublicKey(keyID: key.serviceName)
        if options.output.json {
            try destination.write(JSONText(PublicKeyResult(response)).bytes, in: session)
        } else if der {
            try destination.writeBinary(response.publicKey, in: session)
        } else {
            try destination.write(Array(PEM.encode(response.publicKey, label: "PUBLIC KEY").utf8), in: session)
        }
    }
}

/// `GetPublicKeyResponse` of the AWS KMS API.
private struct PublicKeyResult: Encodable {
    let customerMasterKeySpec: String
    let encryptionAlgorithms: [String]?
    let keyAgreementAlgorithms: [String]?
    let keyId: String
    let keySpec: String
    let keyUsage: String
    let publicKey: String
    let signingAlgorithms: [String]?

    init(_ response: GetPublicKeyResponse) {
        func names(_ algorithms: [some RawRepresentable<String>]) -> [String]? {
            algorithms.isEmpty ? nil : algorithms.map(\.rawValue)
        }
        customerMasterKeySpec = response.keySpec.rawValue
        encryptionAlgorithms = names(response.encryptionAlgorithms)
        keyAgreementAlgorithms = names(response.keyAgreementAlgorithms)
        keyId = response.keyARN
        keySpec = response.keySpec.rawValue
        keyUsage = response.keyUsage.rawValue
        publicKey = Base64.encode(response.publicKey, padding: .required)
        signingAlgorithms = names(response.signingAlgorithms)
    }
}

/// Textual encoding of public bytes (RFC 7468).
enum PEM {
    private static let lineLength = 64

    static func encode(_ bytes: [UInt8], label: String) -> String {
        let text = Base64.encode(bytes, padding: .required)
        var lines = ["-----BEGIN \(label)-----"]
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(lineLength)))
            rest = rest.dropFirst(lineLength)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}
