import ArgumentParser
import KeyStore

/// A key as a person names it: key ID, key ARN, alias ARN, `alias/NAME`, or just NAME.
struct KeyReference: ExpressibleByArgument, Equatable, Sendable {
    /// What the key service understands.
    let serviceName: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        let isServiceName = argument.hasPrefix("arn:") || argument.hasPrefix(AliasName.prefix) || Self.isKeyID(argument)
        serviceName = isServiceName ? argument : AliasName.prefix + argument
    }

    static var defaultCompletionKind: CompletionKind { WordCompletion.key }

    static let help = ArgumentHelp("A key: key ID, key ARN, alias or alias ARN.", valueName: "key")

    /// The key ID or key ARN, as operations that manage keys need it. Only an alias is looked up.
    func keyID(in service: some KeyService) async throws(KeyStoreError) -> String {
        isAlias ? try await service.describeKey(keyID: serviceName).keyID : serviceName
    }

    /// The references without those that name a key a second time, under whatever name.
    static func distinct(
        _ references: [KeyReference], in service: some KeyService, noting output: Output
    ) async throws(KeyStoreError) -> [KeyReference] {
        guard references.count > 1 else { return references }
        var seen: Set<String> = []
        var distinct: [KeyReference] = []
        for reference in references {
            let arn = try await service.describeKey(keyID: reference.serviceName).arn
            if seen.insert(arn).inserted {
                distinct.append(reference)
            } else {
                output.note("\(arn) is named more than once, and used once")
            }
        }
        return distinct
    }

    var isAlias: Bool {
        serviceName.hasPrefix(AliasName.prefix)
            || (serviceName.hasPrefix("arn:") && serviceName.split(separator: ":", maxSplits: 5).last?.hasPrefix(AliasName.prefix) == true)
    }

    /// 8-4-4-4-12 hexadecimal digits (RFC 9562).
    private static func isKeyID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }
}

/// The name of an alias; `alias/` in front may be left out.
struct AliasName: ExpressibleByArgument, Equatable, Sendable {
    static let prefix = "alias/"

    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument.hasPrefix(Self.prefix) ? argument : Self.prefix + argument
    }

    /// Whether an alias can be called that, by the rules of CreateAlias.
    static func isWellFormed(_ name: String) -> Bool { name.wholeMatch(of: /alias\/[A-Za-z0-9:\/_-]{1,250}/) != nil }

    /// For a key that is about to be made for this alias: a name that CreateAlias would refuse leaves a key that nobody asked for.
    func requireFree(in service: some KeyService) async throws(KeyStoreError) {
        guard Self.isWellFormed(text), !text.hasPrefix("alias/aws/") else {
            throw KeyStoreError(
                .invalidAliasName,
                "\(text.prefix(80)) cannot be an alias: it has letters, digits and / _ - : alone, and is not under alias/aws/")
        }
        let taken: KeyMetadata
        do throws(KeyStoreError) {
            taken = try await service.describeKey(keyID: text)
        } catch {
            guard error.code == .notFound else { throw error }
            return
        }
        throw KeyStoreError(.alreadyExists, "\(text) exists already, for \(taken.arn); no key was made")
    }
}
