import ArgumentParser
import KeyStore

/// A key as a person names it: key ID, key ARN, alias ARN, `alias/NAME`, or just NAME.
struct KeyReference: ExpressibleByArgument, Equatable, Sendable {
    /// What the key service understands.
    let serviceName: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        let isServiceName = argument.hasPrefix("arn:") || argument.hasPrefix("alias/") || Self.isKeyID(argument)
        serviceName = isServiceName ? argument : "alias/" + argument
    }

    static let help = ArgumentHelp("A key: key ID, key ARN, alias or alias ARN.", valueName: "key")

    /// The key ID or key ARN, as operations that manage keys need it. Only an alias is looked up.
    func keyID(in service: some KeyService) async throws(KeyStoreError) -> String {
        isAlias ? try await service.describeKey(keyID: serviceName).keyID : serviceName
    }

    var isAlias: Bool {
        serviceName.hasPrefix("alias/") || (serviceName.hasPrefix("arn:") && serviceName.split(separator: ":", maxSplits: 5).last?.hasPrefix("alias/") == true)
    }

    /// 8-4-4-4-12 hexadecimal digits (RFC 9562).
    private static func isKeyID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }
}

/// The name of an alias; `alias/` in front may be left out.
struct AliasName: ExpressibleByArgument, Equatable, Sendable {
    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument.hasPrefix("alias/") ? argument : "alias/" + argument
    }
}
