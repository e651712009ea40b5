internal import AgeFormat

/// The facts of one scan, without their types.
struct FactPaths {
    private(set) var facts: [PlacedFact] = []

    /// Members by which entries of lists are told apart, the best first.
    private static let names = ["version", "id", "fingerprint"]
    /// Whose bytes change although nothing did: a responder signs anew, each log gives another timestamp.
    private static let countedMembers: Set<String> = ["timestamps"]
    private static let passedOver: Set<String> = ["schema", "endpoint"]

    init(_ scan: EndpointScan) throws(ReportError) {
        guard case .object(let members) = try JSONTree(scan) else { return }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) where !Self.passedOver.contains(name) {
            if name == "failure" {
                add("failure", Self.undecided(member).map { "\($0)" } ?? "", Self.undecided(member))
            } else {
                try visit(member, name)
            }
        }
    }

    private mutating func visit(_ tree: JSONTree, _ path: String) throws(ReportError) {
        switch tree {
        case .null: break
        case .bool(let bool): add(path, bool ? "yes" : "no")
        case .integer(let integer): add(path, "\(integer)")
        case .string(let string): add(path, string)
        case .array(let elements): try visit(elements, path)
        case .object(let members): try visit(members, path)
        }
    }

    private mutating func visit(_ members: [String: JSONTree], _ path: String) throws(ReportError) {
        if members.count == 1, let (name, member) = members.first {
            switch (name, member) {
            case ("value", _): return try visit(member, path)
            case ("untested", .string(let reason)): return add(path, "not tested: \(reason)")
            case ("unknown", _):
                let undecided = Self.undecided(member)
                return add(path, "undecided: \(undecided.map { "\($0)" } ?? "")", undecided)
            default: break
            }
        }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            switch (name, member) {
            case ("stapledResponse", .string): add("\(path).\(name)", "yes")
            case (_, .array(let elements)) where Self.countedMembers.contains(name): add("\(path).\(name)", "\(elements.count)")
            case ("certificates", .array(let elements)): add("\(path).\(name)", try Self.fingerprints(elements))
            default: try visit(member, "\(path).\(name)")
            }
        }
    }

    private mutating func visit(_ elements: [JSONTree], _ path: String) throws(ReportError) {
        let texts = elements.compactMap(\.plainText)
        guard texts.count < elements.count else { return add(path, texts.isEmpty ? "none" : texts.joined(separator: ", ")) }
        for (index, element) in elements.enumerated() { try visit(element, "\(path).\(Self.name(element) ?? "\(index + 1)")") }
    }

    private mutating func add(_ path: String, _ text: String, _ undecided: Undecided? = nil) {
        facts.append(PlacedFact(path: path, text: text, undecided: undecided))
    }

    private static func name(_ element: JSONTree) -> String? {
        guard case .object(let members) = element else { return nil }
        return names.lazy.compactMap { members[$0]?.plainText }.first
    }

    /// DER says nothing to people, and much of it.
    private static func fingerprints(_ elements: [JSONTree]) throws(ReportError) -> String {
        var fingerprints: [String] = []
        for case .string(let text) in elements { fingerprints.append(try fingerprint(text)) }
        return fingerprints.joined(separator: ", ")
    }

    private static func fingerprint(_ encoded: String) throws(ReportError) -> String {
        let bytes: [UInt8]
        do throws(Base64Error) {
            bytes = try Base64.decode(encoded, padding: .required)
        } catch {
            throw ReportError(.malformed, "a certificate is not base64: \(error)")
        }
        return try ReportText.sha256(bytes)
    }

    private static func undecided(_ tree: JSONTree) -> Undecided? {
        guard case .object(let members) = tree, let reason = members["reason"]?.plainText.flatMap(Undecided.Reason.init) else { return nil }
        return Undecided(reason, members["detail"]?.plainText ?? "")
    }

}

extension JSONTree {
    /// Nil for lists and objects.
    fileprivate var plainText: String? {
        switch self {
        case .null: "null"
        case .bool(let bool): bool ? "yes" : "no"
        case .integer(let integer): "\(integer)"
        case .string(let string): string
        case .array, .object: nil
        }
    }
}
