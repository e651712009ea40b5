public import Findings

/// What became of findings from one scan to a later one of the same endpoints, judged by the same rules.
///
/// A finding is the same if its rule and its resource are; what else is in it may change.
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
        var left = Dictionary(grouping: old.inReportOrder(), by: Identity.init)
        var others: [Finding] = []
        // Equal ones first: among several of one rule and resource, those that changed are what is left.
        for finding in new.inReportOrder() {
            let identity = Identity(finding)
            if let index = left[identity]?.firstIndex(of: finding) {
                left[identity]?.remove(at: index)
                unchanged.append(finding)
            } else {
                others.append(finding)
            }
        }
        for finding in others {
            let identity = Identity(finding)
            if let before = left[identity]?.first {
                left[identity]?.removeFirst()
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

    private struct Identity: Hashable {
        let id: String
        let resource: String

        init(_ finding: Finding) {
            id = finding.id
            resource = finding.resource
        }
    }
}

extension FindingsDifference: Encodable {}
