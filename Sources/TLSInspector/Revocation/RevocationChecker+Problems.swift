extension RevocationChecker {
    /// 2026-03-15 in UTC.
    private static let shorterLivesBegin: Int64 = 1_773_532_800

    /// Whether a certificate lives so short that it needs no way to be revoked: 10 days, and 7 days for those issued since 2026-03-15
    /// (CA/Browser Forum, Baseline Requirements §1.6.1, "Short-lived Subscriber Certificate"). Authorities never do.
    public static func isShortLived(_ facts: CertificateFacts) -> Bool {
        guard facts.isCA != true, facts.notAfter >= facts.notBefore else { return false }
        let days: Int64 = facts.notBefore < shorterLivesBegin ? 10 : 7
        // Both ends belong to the validity (RFC 5280 §4.1.2.5); the subtraction cannot overflow for years that ASN.1 can write.
        let (length, isTooLong) = facts.notAfter.subtractingReportingOverflow(facts.notBefore)
        return !isTooLong && length < days * 86_400
    }

    /// A certificate for which nobody can be asked. One without OCSP is fine if it names a CRL.
    static func missingSourceProblem(of facts: CertificateFacts, staple: [UInt8]?) -> RevocationProblem? {
        guard staple == nil, facts.ocspURLs.isEmpty, facts.crlURLs.isEmpty, !isShortLived(facts) else { return nil }
        return RevocationProblem(
            .noSource, fingerprint: facts.fingerprint,
            "The certificate \"\(facts.subject)\" names neither an OCSP responder nor a CRL, so nobody can find out whether it was revoked."
        )
    }

    /// Whether a certificate that demands a stapled response (RFC 7633) came without one that holds.
    /// - Parameter staple: what was found out about the stapled response; nil if none was sent.
    public static func mustStapleProblem(of facts: CertificateFacts, staple: RevocationFacts?) -> RevocationProblem? {
        guard facts.mustStaple else { return nil }
        let complaint: String
        switch staple?.status {
        case .good, .revoked: return nil
        case nil: complaint = "none was sent"
        case .unknownToResponder: complaint = "the one that was sent does not know the certificate"
        case .invalid, .unavailable: complaint = "the one that was sent cannot be believed"
        }
        return RevocationProblem(
            .mustStaple, fingerprint: facts.fingerprint,
            "The certificate \"\(facts.subject)\" demands a stapled OCSP response (must-staple), and \(complaint).")
    }

    /// One source that says good where another one says revoked.
    static func contradiction(in all: [RevocationFacts], about facts: CertificateFacts) -> RevocationProblem? {
        guard let good = all.first(where: { $0.status == .good }), let revoked = all.first(where: { $0.status == .revoked }) else {
            return nil
        }
        return RevocationProblem(
            .contradiction, fingerprint: facts.fingerprint,
            "The certificate \"\(facts.subject)\" is good for \(name(of: good)) and revoked for \(name(of: revoked)).")
    }

    private static func name(of facts: RevocationFacts) -> String {
        switch (facts.source, facts.url) {
        case (.stapled, _), (.ocsp, nil): "the stapled OCSP response"
        case (.ocsp, let url?): "the OCSP responder \"\(url)\""
        case (.crl, let url): "the CRL \"\(url ?? "")\""
        }
    }
}
