/// What a CRL says about one certificate, after everything about the list was checked.
public struct CRLAnswer: Sendable, Hashable {
    public enum Verdict: Sendable, Hashable {
        /// The certificate is not on the list.
        case notListed
        case revoked(at: Int64, reason: RevocationReason?)
        /// It stands on the list as taken off it again (removeFromCRL), which only delta lists should say.
        case removed
        /// The list cannot be believed, or is not meant for the certificate.
        case refused(CRLRefusal)
    }

    public var verdict: Verdict
    /// Seconds since 1970. Nil where the list was refused before they were read.
    public var thisUpdate: Int64?
    public var nextUpdate: Int64?

    init(_ verdict: Verdict) {
        self.verdict = verdict
    }
}
