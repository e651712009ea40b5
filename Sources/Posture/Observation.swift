import Findings

/// Something that was to be found out: it is known, or it says why not. What is not known is reported, and never taken for good.
public enum Observation<Value: Sendable>: Sendable {
    case known(Value)
    /// Why it could not be found out, in words that follow a colon.
    case unknown(String)

    public var value: Value? {
        guard case .known(let value) = self else { return nil }
        return value
    }

    public func map<Other>(_ transform: (Value) -> Observation<Other>) -> Observation<Other> {
        switch self {
        case .known(let value): transform(value)
        case .unknown(let reason): .unknown(reason)
        }
    }

    /// What is wrong with it, or that it was not checked.
    /// - Parameter subject: what was to be checked.
    func findings(about subject: String, _ judge: (Value) -> [Finding]) -> [Finding] {
        switch self {
        case .known(let value): judge(value)
        case .unknown(let reason): [PostureFinding.notChecked.finding(subject, [("reason", reason)])]
        }
    }
}
