/// What a judgement needs besides the scan: the hour, the yardstick, and what others found out about the chains.
///
/// All of it is plain values, so that a scan which was saved can be judged again, at another time or by another profile.
public struct JudgementContext: Sendable {
    /// Seconds since 1970 in UTC.
    public var time: Int64
    public var profile: Profile?
    /// What stands in the certificates of each chain of the scan, in the scan's order. Where a chain has no entry, or not as many
    /// certificates as were sent, findings about it are undecided.
    public var certificates: [[CertificateFacts]]
    /// What a careful client thinks of each chain, in the scan's order; nil for chains that nobody looked at.
    public var chainReports: [ChainReport?]
    /// What is known about revocation for each chain, in the scan's order. Empty if it was not asked for.
    public var revocation: [[RevocationFacts]]

    public init(
        time: Int64, profile: Profile? = nil, certificates: [[CertificateFacts]] = [], chainReports: [ChainReport?] = [],
        revocation: [[RevocationFacts]] = []
    ) {
        self.time = time
        self.profile = profile
        self.certificates = certificates
        self.chainReports = chainReports
        self.revocation = revocation
    }
}
