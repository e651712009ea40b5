public import Findings

/// What became of the findings about one endpoint from one scan to a later one, judged by the same rules.
///
/// Findings are told apart by their rules, and several of one rule by what else is in them. Where they were found does not count: the
/// endpoint may have another address by now.
public struct FindingsDifference: Sendable, Hashable {
    /// A finding of both scans that is not what it was.
    public struct Change: Sendable, Hashable, Encodable {
        public let old: Finding
        public let new: Finding

        public var isWorse: Bool { new.severity > old.severity }
    }

    public private(set) var new: [Finding] = []
    public private(set) var changed: [Change] = []
    public private(set) var unchanged: [Finding] = []
    /// Gone, and the later scan saw everything that it had to see for that.
    public private(set) var fixed: [Finding] = []
    /// Gone, but something stayed undecided in the later scan: nobody knows.
    public private(set) var unconfirmed: [Finding] = []

    /// What a gate should look at: what was not there before, or is worse than it was.
    public var newOrWorse: [Finding] { (new + changed.filter(\.isWorse).map(\.new)).inReportOrder() }

    public init() {}

    /// - Parameter isComplete: whether the later scan decided everything.
    public init(from old: [Finding], to new: [Finding], isComplete: Bool) {
        var left = Dictionary(grouping: old.inReportOrder(), by: \.id)
        var others: [Finding] = []
        // Equal ones first: among several of one rule and resource, those that changed are what is left.
        for finding in new.inReportOrder() {
            if let index = left[finding.id]?.firstIndex(where: { Self.areEqual($0, finding) }) {
                left[finding.id]?.remove(at: index)
                unchanged.append(finding)
            } else {
                others.append(finding)
            }
        }
        for finding in others {
            if let before = left[finding.id]?.first {
                left[finding.id]?.removeFirst()
                changed.append(Change(old: before, new: finding))
            } else {
                self.new.append(finding)
            }
        }
        let gone = left.values.flatMap(\.self).inReportOrder()
        if isComplete { fixed = gone } else { unconfirmed = gone }
    }

    mutating func add(_ other: FindingsDifference) {
        new = (new + other.new).inReportOrder()
        unchanged = (unchanged + other.unchanged).inReportOrder()
        fixed = (fixed + other.fixed).inReportOrder()
        unconfirmed = (unconfirmed + other.unconfirmed).inReportOrder()
        changed += other.changed
    }

    private static func areEqual(_ one: Finding, _ other: Finding) -> Bool {
        one.severity == other.severity && one.title == other.title && one.evidence == other.evidence
            && one.remediation == other.remediation && one.configurations == other.configurations && one.references == other.references
    }
}

extension FindingsDifference: Encodable {}
