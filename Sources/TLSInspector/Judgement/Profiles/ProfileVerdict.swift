internal import Findings

/// What came of one rule of a profile: deviations, and what of it is open.
struct ProfileVerdict {
    let deviation: ProfileCheck.Deviation
    let level: RequirementLevel
    /// Of the rule, for people: `cipherSuites`, `minimum-rsa-bits`.
    let name: String
    /// Empty if the rule is kept as far as is known.
    var evidence: [Evidence] = []
    /// Why something about the rule is not known.
    var undecided: [String] = []

    init(_ deviation: ProfileCheck.Deviation, _ level: RequirementLevel, _ name: String) {
        self.deviation = deviation
        self.level = level
        self.name = name
    }

    /// Compares what is there with what the rule says.
    ///
    /// - Parameter place: what the values are of, for evidence; empty for the endpoint.
    mutating func compare<Element>(_ rule: ProfileListRule<Element>, with values: [Element], of place: String = "") {
        let suffix = place.isEmpty ? "" : " in \(place)"
        let extras = rule.extras(in: values).map(\.description)
        if !extras.isEmpty { evidence.append(Evidence("not allowed\(suffix)", extras.joined(separator: ", "))) }
        let missing = rule.missing(in: values)
        if !missing.isEmpty { evidence.append(Evidence("missing\(suffix)", missing.joined(separator: ", "))) }
    }

    /// The value, or a note why there is none.
    mutating func value<Value>(_ fact: Fact<Value>, of place: String) -> Value? {
        switch fact {
        case .known(let value): return value
        case .unknown(let undecided): self.undecided.append("\(place): \(undecided)")
        case .untested(let reason): self.undecided.append("\(place): \(reason)")
        }
        return nil
    }
}
