/// What the findings of one rule have in common (SARIF 2.1.0, §3.49).
struct SARIFRule {
    let id: String
    private let findings: [Finding]

    /// Each rule once, sorted by ID.
    static func all(of findings: [Finding]) -> [SARIFRule] {
        Dictionary(grouping: findings, by: \.id)
            .map { SARIFRule(id: $0, findings: $1) }
            .sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }

    var value: JSONValue {
        let worst = findings.map(\.severity).max() ?? .info
        return .object(present: [
            "id": .string(id),
            // The words of the ID where titles differ: what is true of one finding is not said of all.
            "shortDescription": Self.message(shared(\.title) ?? String(id.map { $0 == "-" ? " " : $0 })),
            "help": (shared(\.remediation) ?? nil).map(Self.message),
            "helpUri": helpURI.map(JSONValue.string),
            "defaultConfiguration": .object(["level": .string(worst.sarifLevel)]),
            "properties": .object(["security-severity": .string(worst.sarifScore), "tags": .array([.string("security")])]),
        ])
    }

    private var helpURI: String? {
        (shared(\.references) ?? []).first(where: URIText.isWebAddress).map(URIText.reference)
    }

    private func shared<Value: Equatable>(_ path: KeyPath<Finding, Value>) -> Value? {
        guard let first = findings.first?[keyPath: path], findings.allSatisfy({ $0[keyPath: path] == first }) else { return nil }
        return first
    }

    /// A multiformat message string (§3.12), whose text knows placeholders and links as messages do.
    private static func message(_ text: String) -> JSONValue { .object(["text": .string(text.sarifMessage)]) }
}
