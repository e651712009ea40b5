/// How many findings there are of each severity.
public struct FindingsSummary: Sendable, Hashable, CustomStringConvertible {
    private let counts: [Severity: Int]
    /// Of all severities.
    public let total: Int

    public init(_ findings: some Sequence<Finding>) {
        self.counts = findings.reduce(into: [:]) { counts, finding in counts[finding.severity, default: 0] += 1 }
        self.total = counts.values.reduce(0, +)
    }

    public subscript(severity: Severity) -> Int { counts[severity, default: 0] }

    /// The most severe that there is one of.
    public var worst: Severity? { counts.keys.max() }

    /// `3 findings: 1 critical, 2 high`, or `no findings`.
    public var description: String { total == 0 ? noun : "\(noun): \(parts)" }

    /// `no findings`, `1 finding`, `3 findings`
    var noun: String { total == 0 ? "no findings" : CountText.of(total, "finding") }

    /// `1 critical, 2 high`
    var parts: String {
        Severity.allCases.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.rawValue)" }.joined(separator: ", ")
    }
}

extension FindingsSummary: Encodable {
    private enum CodingKeys: String, CodingKey { case critical, high, medium, low, info, total }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self[.critical], forKey: .critical)
        try container.encode(self[.high], forKey: .high)
        try container.encode(self[.medium], forKey: .medium)
        try container.encode(self[.low], forKey: .low)
        try container.encode(self[.info], forKey: .info)
        try container.encode(total, forKey: .total)
    }
}
