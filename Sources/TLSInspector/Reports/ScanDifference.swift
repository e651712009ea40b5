internal import Findings

/// What changed from an earlier scan, the baseline, to a later one: in what was found out, and in what was concluded.
public struct ScanDifference: Sendable, Hashable, Encodable {
    /// One fact that is not what it was.
    public struct FactChange: Sendable, Hashable, Encodable {
        public let endpoint: String
        /// `protocols.TLSv1.2.cipherSuites`
        public let path: String
        /// As text. Nil if there was no such fact.
        public let old: String?
        public let new: String?
    }

    /// Endpoints that the baseline has not, or has no longer.
    public private(set) var added: [String] = []
    public private(set) var removed: [String] = []
    public private(set) var facts: [FactChange] = []
    public private(set) var findings = FindingsDifference()
    /// Facts that are undecided now and were not, or not for that reason.
    public private(set) var newlyUndecidedCount = 0

    /// - Parameters:
    ///   - baseline: judged by the same rules as `current`, so that only servers make a difference.
    ///   - current: the later scan.
    public init(from baseline: [JudgedScan], to current: [JudgedScan]) throws(ReportError) {
        var left = Dictionary(grouping: baseline.sortedByEndpoint(), by: \.scan.endpoint)
        let currentCounts = Dictionary(grouping: current, by: \.scan.endpoint).mapValues(\.count)
        for judged in current.sortedByEndpoint() {
            let scan = judged.scan
            let known = left[scan.endpoint] ?? []
            // A name that had one address and has one now is the same, whatever the address.
            let isSingle = known.count == 1 && currentCounts[scan.endpoint] == 1
            guard let index = known.firstIndex(where: { isSingle || $0.scan.address == scan.address }) else {
                added.append(scan.name)
                newlyUndecidedCount += try scan.undecidedFacts().count
                findings.add(FindingsDifference(from: [], to: judged.findings, isComplete: true))
                continue
            }
            left[scan.endpoint]?.remove(at: index)
            try compare(known[index], judged)
        }
        removed = left.values.flatMap(\.self).sortedByEndpoint().map(\.scan.name)
    }

    private mutating func compare(_ old: JudgedScan, _ new: JudgedScan) throws(ReportError) {
        let (before, after) = (try FactPaths(old.scan).facts, try FactPaths(new.scan).facts)
        let earlier = Dictionary(before.map { ($0.path, $0.text) }, uniquingKeysWith: { "\($0); \($1)" })
        let later = Dictionary(after.map { ($0.path, $0.text) }, uniquingKeysWith: { "\($0); \($1)" })
        // Of an endpoint that answered once and not the other time, that says it all.
        let isComparable = (old.scan.failure == nil) == (new.scan.failure == nil)
        let paths = isComparable ? Set(earlier.keys).union(later.keys).sorted() : ["failure"]
        for path in paths where earlier[path] != later[path] {
            facts.append(FactChange(endpoint: new.scan.name, path: path, old: earlier[path], new: later[path]))
        }
        newlyUndecidedCount += after.count { $0.undecided != nil && earlier[$0.path] != $0.text }
        let isComplete = after.allSatisfy { $0.undecided == nil }
        findings.add(FindingsDifference(from: old.findings, to: new.findings, isComplete: isComplete))
    }

    /// Whether nothing changed at all.
    public var isEmpty: Bool {
        added.isEmpty && removed.isEmpty && facts.isEmpty && findings.new.isEmpty && findings.changed.isEmpty && findings.fixed.isEmpty
            && findings.unconfirmed.isEmpty
    }

    /// For people: a line each, which may hold anything that a server sent.
    public var lines: [String] {
        var lines = added.map { "+ \($0): not in the baseline" } + removed.map { "- \($0): in the baseline only" }
        lines += findings.new.map { "+ \($0.severity.rawValue) \($0.id) \($0.resource): new" }
        for change in findings.changed {
            let severity = change.old.severity == change.new.severity ? "" : "\(change.old.severity.rawValue) -> "
            lines.append("~ \(severity)\(change.new.severity.rawValue) \(change.new.id) \(change.new.resource): changed")
        }
        lines += findings.fixed.map { "- \($0.severity.rawValue) \($0.id) \($0.resource): fixed" }
        lines += findings.unconfirmed.map { "? \($0.severity.rawValue) \($0.id) \($0.resource): not seen, but not everything was decided" }
        lines += facts.map { "~ \($0.endpoint): \($0.path): \($0.old ?? "none") -> \($0.new ?? "none")" }
        let counts = [
            "\(findings.new.count) new", "\(findings.changed.count) changed", "\(findings.fixed.count) fixed",
            "\(findings.unconfirmed.count) unconfirmed", "\(findings.unchanged.count) unchanged",
        ]
        return lines + ["findings since the baseline: \(counts.joined(separator: ", ")); facts that changed: \(facts.count)"]
    }
}
