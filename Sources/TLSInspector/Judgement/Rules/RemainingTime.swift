/// How long a certificate is still good for, told against the whole of its life.
///
/// A fixed number of days cannot fit certificates of a week and of a year: what counts is the part that is left. Those who renew in time
/// do so with a third or a half left.
struct RemainingTime: Sendable {
    /// Seconds, negative once it has expired.
    let left: Int64
    /// Seconds, both ends included (RFC 5280 §4.1.2.5).
    let lifetime: Int64
    /// Too short to be revoked by the rules of the CA/Browser Forum: ten days, and seven if issued from 2026-03-15 on.
    let isShortLived: Bool

    private static let day: Int64 = 86_400
    /// 2026-03-15T00:00:00Z
    private static let sevenDayRule: Int64 = 1_773_532_800

    init(notBefore: Int64, notAfter: Int64, at time: Int64) {
        self.left = Self.difference(notAfter, time)
        self.lifetime = Self.difference(notAfter, notBefore).addingReportingOverflow(1).partialValue
        self.isShortLived = lifetime <= (notBefore >= Self.sevenDayRule ? 7 : 10) * Self.day
    }

    var percent: Double { lifetime > 0 ? 100 * Double(left) / Double(lifetime) : 0 }
    var days: Int64 { left / Self.day }
    var hours: Int64 { left / 3600 }

    private static func difference(_ later: Int64, _ earlier: Int64) -> Int64 {
        let (value, overflow) = later.subtractingReportingOverflow(earlier)
        return overflow ? (later > earlier ? .max : .min) : value
    }
}
