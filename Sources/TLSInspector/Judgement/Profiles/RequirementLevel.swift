public import Findings

/// How strongly a profile asks for something, in the words of the standards (RFC 2119).
public enum RequirementLevel: String, Sendable, Hashable, Codable, CaseIterable {
    case shall, should

    /// How bad it is to break it: a protection is weaker than was asked for, or only untidy.
    public var severity: Severity {
        switch self {
        case .shall: .medium
        case .should: .low
        }
    }
}
