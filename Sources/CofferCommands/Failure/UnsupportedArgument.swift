import KeyStore

/// Finds the AWS name that a command line asks for and Coffer does not offer: `kms create-grant`, `--spec ML_DSA_65`.
enum UnsupportedArgument {
    static func error(in arguments: [String]) -> KeyStoreError? {
        for argument in arguments.prefix(while: { $0 != "--" }) {
            // `--spec=SM2` or a word of its own.
            let value = argument.hasPrefix("--") ? String(argument.drop { $0 != "=" }.dropFirst()) : argument
            if let name = [pascalCase(value), value.uppercased().replacing("-", with: "_")].first(where: UnsupportedName.contains) {
                return UnsupportedName.error(name)
            }
        }
        return nil
    }

    /// `create-grant` is `CreateGrant`.
    private static func pascalCase(_ text: String) -> String {
        text.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
