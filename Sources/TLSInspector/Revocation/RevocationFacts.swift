/// What is known about the revocation of one certificate, from one source.
public struct RevocationFacts: Sendable, Hashable, Codable {
    public enum Source: String, Sendable, Hashable, Codable { case stapled, ocsp, crl }
    public enum Status: String, Sendable, Hashable, Codable {
        case good, revoked
        /// The responder does not know the certificate.
        case unknownToResponder = "unknown"
        /// The answer cannot be believed: `problem` says why.
        case invalid
        /// There is no answer: `problem` says why.
        case unavailable
    }

    public var source: Source
    /// Fingerprint of the certificate that it is about.
    public var fingerprint: String
    /// Nil for a stapled response.
    public var url: String?
    public var status: Status
    /// Seconds since 1970; of revoked ones.
    public var revokedAt: Int64?
    /// RFC 5280 §5.3.1: `keyCompromise`.
    public var reason: String?
    public var thisUpdate: Int64?
    public var nextUpdate: Int64?
    /// One plain sentence.
    public var problem: String?
}
