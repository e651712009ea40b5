import Findings

extension Report {
    /// Of the findings, as coffer would report them.
    init(of findings: [Finding], subject: String = "/srv/store") {
        self.init(tool: Tool(name: "coffer", version: "1.2.3"), subject: subject, time: "2026-11-01T00:00:00Z", findings: findings)
    }

    /// Three severities, two rules, every member once with and once without a value. Deliberately not in order.
    static let sample = Report(of: [.unreferencedBlob, .damagedChunk, .missingBlob, .damagedChunkElsewhere])
}

extension Finding {
    static let missingBlob = Finding(
        id: "missing-blob", severity: .critical, resource: "backups/2026/a.tar (version 3f2a)",
        title: "The payload of a version is missing.",
        evidence: [Evidence("blob", "0f3c"), Evidence("expected size", "12288")], remediation: "coffer store check --repair",
        references: ["https://example.org/missing-blob", "Docs/Formats/ObjectStore.md"])

    static let damagedChunk = Finding(
        id: "damaged-chunk", severity: .high, resource: "backups/b.tar (version 77aa)", title: "A chunk does not authenticate.",
        evidence: [Evidence("chunk", "3")], remediation: "restore the version from another copy",
        location: FindingLocation(path: "/srv/store/objects/0a 1b", byteRange: 4096..<69648))

    static let damagedChunkElsewhere = Finding(
        id: "damaged-chunk", severity: .high, resource: "backups/a.tar", title: "A chunk does not authenticate.",
        remediation: "restore the version from another copy", location: FindingLocation(path: "objects/0c"))

    static let unreferencedBlob = Finding(
        id: "unreferenced-blob", severity: .low, resource: "objects/9d", title: "A blob belongs to no version.")

    /// A finding all of whose text is the same.
    static func saying(_ text: String, severity: Severity = .high) -> Finding {
        Finding(
            id: text, severity: severity, resource: text, title: text, evidence: [Evidence(text, text)], remediation: text,
            configurations: [Configuration(text, text)],
            references: [text],
            location: FindingLocation(uri: text, byteRange: 0..<1))
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
