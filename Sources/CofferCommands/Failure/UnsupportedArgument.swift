import ArgumentParser
import KeyStore
import ObjectStore

/// Finds the AWS name that a command line asks for and Coffer does not offer: `kms create-grant`, `--spec ML_DSA_65`, `object put --acl`.
enum UnsupportedArgument {
    static func error(in arguments: [String]) -> (any Error)? {
        let words = Array(arguments.prefix { $0 != "--" })
        guard let noun = words.first, ["bucket", "object"].contains(noun) else { return kmsError(words) }
        return s3Error(words, noun: noun)
    }

    private static func kmsError(_ arguments: [String]) -> KeyStoreError? {
        for argument in arguments {
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

// MARK: S3

extension UnsupportedArgument {
    /// Options whose values S3 has more of.
    private static let closedOptions: Set<String> = ["--checksum-algorithm", "--server-side-encryption"]

    private static func s3Error(_ words: [String], noun: String) -> ObjectStoreError? {
        if let operation = operation(words, noun) { return UnsupportedS3Name.error(operation) }
        for (index, word) in words.enumerated() where word.hasPrefix("--") {
            let option = String(word.prefix { $0 != "=" })
            let flag = option.dropping(prefix: "--no-") ?? String(option.dropFirst(2))
            if let parameter = first(of: UnsupportedS3Name.parameters, like: flag) { return UnsupportedS3Name.error(parameter) }
            guard closedOptions.contains(option) else { continue }
            let value = option == word ? words.dropFirst(index + 1).first ?? "" : String(word.dropFirst(option.count + 1))
            if let value = first(of: UnsupportedS3Name.values, like: value) { return UnsupportedS3Name.error(value) }
        }
        return nil
    }

    /// `object restore`, `object get-object-acl` and `bucket policy get` are S3's RestoreObject, GetObjectAcl and GetBucketPolicy.
    private static func operation(_ words: [String], _ noun: String) -> String? {
        let named = words.dropFirst().prefix { !$0.hasPrefix("-") }
        guard let word = named.first, !isOffered(word, by: noun) else { return nil }
        var candidates = [word, word + noun] + ["get", "put", "delete"].map { $0 + noun + word }
        if let verb = named.dropFirst().first { candidates.insert(verb + noun + word, at: 0) }
        return candidates.lazy.compactMap { first(of: UnsupportedS3Name.operations, like: $0) }.first
    }

    private static func isOffered(_ word: String, by noun: String) -> Bool {
        let commands = (noun == "bucket" ? BucketCommand.configuration : ObjectCommand.configuration).subcommands
        return commands.contains { $0.configuration.commandName == word || $0.configuration.aliases.contains(word) }
    }

    /// Whatever its case, and with or without hyphens: `sse-customer-key-md5` is SSECustomerKeyMD5.
    private static func first(of names: Set<String>, like text: String) -> String? {
        let letters = folded(text)
        return letters.isEmpty ? nil : names.first { folded($0) == letters }
    }

    private static func folded(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }
}
