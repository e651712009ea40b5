import KeyStore

/// From when on something counts as old, or as soon. Docs/Doctor.md states them.
enum Limit {
    /// What CIS benchmarks and the defaults of AWS KMS ask for.
    static let keyAgeInDays = 365
    static let sealAgeInDays = 365
    /// How long before its expiry imported material should be imported again.
    static let materialNoticeInDays = 30
    /// How long ago every byte may have been read.
    static let scrubAgeInDays = 90
    static let scanAgeInDays = 30
    /// How few recovery codes are few.
    static let recoveryCodeCount = 2
    /// A clock that is stepped by so much is being set right.
    static let clockStepInSeconds: Int64 = 60
}

extension Timestamp {
    /// Whole days, none if the other time is earlier.
    func days(until later: Timestamp) -> Int { later <= self ? 0 : Int((later.seconds - seconds) / 86_400) }
}
