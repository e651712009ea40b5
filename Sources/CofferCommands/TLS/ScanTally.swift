import Findings
import TLSInspector

/// What a run has come to so far.
struct ScanTally {
    /// Whether scans are kept until the end. Of a million targets nobody wants to hold them all.
    private let keepsScans: Bool
    /// Whether findings are kept whole, or only counted.
    private let keepsFindings: Bool
    private(set) var scans: [JudgedScan] = []
    private(set) var findings: [Finding] = []
    private(set) var targetCount = 0
    private(set) var completeCount = 0
    private(set) var incompleteCount = 0
    private(set) var failedCount = 0
    private(set) var undecidedCount = 0

    init(keepsScans: Bool, keepsFindings: Bool) {
        self.keepsScans = keepsScans
        self.keepsFindings = keepsFindings
    }

    /// - Parameter judged: of one target.
    mutating func add(_ judged: [JudgedScan]) throws {
        targetCount += 1
        for scan in judged {
            if keepsScans { scans.append(scan) }
            findings += keepsFindings ? scan.findings : scan.findings.map(\.counted)
            guard scan.scan.failure == nil else {
                failedCount += 1
                continue
            }
            let undecided = try scan.scan.undecidedFacts().count
            undecidedCount += undecided
            if undecided == 0 { completeCount += 1 } else { incompleteCount += 1 }
        }
    }

    /// `3 endpoints: 1 complete, 1 incomplete, 1 failed`
    var sentence: String {
        let count = completeCount + incompleteCount + failedCount
        let parts = [(completeCount, "complete"), (incompleteCount, "incomplete"), (failedCount, "failed")]
        return "\(count) endpoint\(count == 1 ? "" : "s"): "
            + parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    var members: [String: JSONValue?] {
        [
            "TargetCount": .count(targetCount), "CompleteCount": .count(completeCount), "IncompleteCount": .count(incompleteCount),
            "FailedCount": .count(failedCount), "UndecidedCount": .count(undecidedCount),
        ]
    }
}

extension Finding {
    /// What is needed to count it: of many targets, the rest would be most of what is in memory.
    fileprivate var counted: Finding { Finding(id: id, severity: severity, resource: "", title: "") }
}
