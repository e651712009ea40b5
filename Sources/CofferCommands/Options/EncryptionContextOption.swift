import ArgumentParser
import KeyStore

/// `--encryption-context` as `aws kms` writes it.
struct EncryptionContextOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Public, authenticated pairs: name=value,name=value or a JSON object; may be repeated.", valueName: "pairs"))
    var encryptionContext: [String] = []

    func parse() throws -> EncryptionContext { try ContextArgument.parse(encryptionContext, option: "--encryption-context") }
}
