/// How bad a finding is. Compared, the more severe is the greater: `.critical > .high`.
public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable, Encodable {
    /// Data is lost or open to others now.
    case critical
    /// Data is lost or open to others as soon as one more thing goes wrong.
    case high
    /// A protection is weaker than it should be.
    case medium
    /// Untidy: nothing is at stake yet.
    case low
    /// Worth knowing; nothing has to be done.
    case info

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .critical: 5
        case .high: 4
        case .medium: 3
        case .low: 2
        case .info: 1
        }
    }
}

extension Sequence<Finding> {
    /// Whether one of the findings is of this severity or a worse one: what a command asks to choose its exit status.
    public func exceeds(_ threshold: Severity) -> Bool { contains { $0.severity >= threshold } }
}
