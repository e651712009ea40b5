/// How much of a certificate's life is left.
///
/// A number of days that is right for a year is wrong for a week, so alarms go by the part of the lifetime that is left.
public struct ValidityFacts: Sendable, Hashable, Codable {
    public enum Alarm: String, Sendable, Hashable, Codable, CaseIterable {
        case none, warning, critical, expired
        case notYetValid = "not-yet-valid"
    }

    /// Seconds, both ends counted (RFC 5280 §4.1.2.5).
    public let lifetime: Int64
    /// Seconds until it expires; not above 0 once it has.
    public let remaining: Int64
    /// Of so few days that renewing it is somebody's daily work: no percentage raises an alarm, only the last day does.
    public let isShortLived: Bool
    public let alarm: Alarm

    /// Rounded down.
    public var daysLeft: Int64 { remaining >= 0 ? remaining / 86_400 : -((-remaining + 86_399) / 86_400) }
    /// 0 to 100, rounded down.
    public var percentLeft: Int { lifetime > 0 ? Int(max(0, min(100, remaining * 100 / lifetime))) : 0 }

    /// - Parameters:
    ///   - time: seconds since 1970, as the others.
    ///   - warning: percent of the lifetime below which to warn.
    ///   - critical: percent below which it is urgent.
    public init(notBefore: Int64, notAfter: Int64, time: Int64, warning: Int = 30, critical: Int = 15) {
        lifetime = max(0, notAfter - notBefore + 1)
        remaining = notAfter - time + 1
        isShortLived = lifetime <= ValidityCalendar.shortLivedLimit(notBefore: notBefore)
        let (part, whole) = (remaining * 100, lifetime)
        alarm =
            if time < notBefore { .notYetValid } else if remaining <= 0 { .expired } else if isShortLived {
                // One that lives no longer than two days is in its last half instead.
                remaining < min(86_400, whole / 2) ? .critical : .none
            } else if part < whole * Int64(critical) { .critical } else if part < whole * Int64(warning) { .warning } else { .none }
    }
}
