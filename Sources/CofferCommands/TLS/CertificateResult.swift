import TLSInspector

/// What was found in one file, or in one chain of a server.
struct CertificateResult {
    /// One thing in it, as fields for people and as JSON.
    struct Item: Sendable {
        let fields: [(String, String?)]
        let json: [String: JSONValue?]
    }

    let source: String
    /// `PKCS#12`; nil for servers.
    private(set) var kind: String?
    private(set) var notes: [String] = []
    private(set) var items: [Item]
    private(set) var report: ChainReport?
    private(set) var revocation: [RevocationFacts] = []

    init(source: String, _ file: CertificateFile, blocklist: DebianBlocklist?, time: Int64) {
        self.source = source
        kind = file.kind.rawValue
        if case .unchecked(let reason) = file.integrity { notes.append(reason) }
        items = file.items.map { Item($0, blocklist: blocklist, time: time) }
    }

    init(source: String, _ chain: JudgedChain, time: Int64) {
        self.source = source
        items = chain.certificates.map { Item($0, label: nil, time: time) }
        judge(chain)
    }

    mutating func judge(_ chain: JudgedChain) {
        notes += chain.notes
        report = chain.report
        revocation = chain.revocation
    }

    /// Whether a careful client would refuse it. What was not judged is not refused.
    var isRefused: Bool {
        guard let report else { return false }
        let names: Set<ChainProblem.Code> = [.nameMismatch, .commonNameOnly, .badWildcard]
        return !report.isTrusted || report.problems.contains { names.contains($0.code) } || revocation.contains { $0.status == .revoked }
    }

    var text: String {
        let kind = kind.map { ", \($0)" } ?? ""
        var text = visible("\(source)\(kind)") + "\n\n"
        for item in items { text += FieldsOutput(item.fields.map { ($0.0, $0.1.map(visible)) }).text + "\n" }
        if let report {
            text += report.isTrusted ? "The chain is trusted.\n" : "The chain is not trusted.\n"
            text += report.problems.map { visible($0.sentence) + "\n" }.joined()
        }
        for facts in revocation {
            let reason = (facts.problem ?? facts.reason).map { " (\($0))" } ?? ""
            text += visible("\(facts.source.rawValue) \(facts.url ?? ""): \(facts.status.rawValue)\(reason)") + "\n"
        }
        return text + notes.map { visible($0) + "\n" }.joined()
    }

    func json() throws -> JSONValue {
        .object(present: [
            "Source": .string(source), "Kind": .text(kind), "Items": .array(items.map { .object(present: $0.json) }),
            "Chain": try report.map { try JSONValue(factsOf: $0) },
            "Revocation": revocation.isEmpty ? nil : try JSONValue(factsOf: revocation),
            "Notes": notes.isEmpty ? nil : .array(notes.map(JSONValue.string)),
        ])
    }
}

/// All of one run.
struct CertificateResults: CommandResult {
    let sources: [CertificateResult]

    var text: String { sources.map(\.text).joined(separator: "\n") }

    func encode(to encoder: any Encoder) throws {
        try JSONValue.object(["Sources": .array(sources.map { try $0.json() })]).encode(to: encoder)
    }
}
