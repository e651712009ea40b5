/// What an OCSP response says about one certificate, after everything about it was checked.
public struct OCSPAnswer: Sendable, Hashable {
    public enum Verdict: Sendable, Hashable {
        case good
        case revoked(at: Int64, reason: RevocationReason?)
        /// The responder does not know the certificate.
        case unknown
        /// The response cannot be believed or says nothing about the certificate.
        case refused(OCSPRefusal)
    }

    public var verdict: Verdict
    /// Seconds since 1970, as all times here. Nil where the response was refused before they were read.
    public var producedAt: Int64?
    public var thisUpdate: Int64?
    public var nextUpdate: Int64?
    /// The certificate that signed is not the issuer's own, and does not say that it needs no check (id-pkix-ocsp-nocheck).
    public var isResponderUnchecked = false

    init(_ verdict: Verdict) {
        self.verdict = verdict
    }
}
