internal import Findings

/// What a judge makes of each code. The switches name every code, so that a new one cannot be forgotten.
extension ChainProblem.Code {
    var severity: Severity {
        switch self {
        case .weakKey: .critical
        case .expired, .notYetValid, .selfSigned, .unknownRoot, .missingIntermediate, .nameMismatch, .weakSignature, .smallKey,
            .invalidSignature, .wrongUsage, .issuerNotCA, .pathTooLong, .nameConstraint:
            .high
        case .commonNameOnly, .badWildcard, .leafIsCA, .unknownCritical, .validityTooLong, .malformed, .unverifiable:
            .medium
        case .wrongOrder, .notStandard: .low
        case .unneededCertificate, .rootSent: .info
        }
    }

    var title: String {
        switch self {
        case .expired: "A certificate has expired."
        case .notYetValid: "A certificate is not valid yet."
        case .selfSigned: "The certificate vouches for itself."
        case .unknownRoot: "The chain ends at a root that is not trusted."
        case .missingIntermediate: "An intermediate certificate is missing: only clients that know or fetch it connect."
        case .wrongOrder: "The certificates are not sent in order."
        case .unneededCertificate: "A certificate is sent that belongs to no path."
        case .rootSent: "The root is sent, which clients have or do not trust."
        case .nameMismatch: "The certificate is not for this name."
        case .commonNameOnly: "The name stands in the subject only, where clients do not look."
        case .badWildcard: "A name has a wildcard where none may be."
        case .weakSignature: "A certificate is signed with a hash that can be forged."
        case .weakKey: "The key of a certificate is known or can be computed."
        case .smallKey: "The key of a certificate is too small."
        case .invalidSignature: "A signature in the chain is wrong."
        case .wrongUsage: "The certificate is not made for servers."
        case .leafIsCA: "The server's certificate is one of an authority: its key can sign others."
        case .issuerNotCA: "A certificate is signed by one that may not sign."
        case .pathTooLong: "The chain is longer than an authority in it allows."
        case .nameConstraint: "An authority in the chain may not vouch for this name."
        case .unknownCritical: "A certificate has a critical extension that clients do not know."
        case .validityTooLong: "The certificate is valid for longer than browsers accept."
        case .unverifiable: "A signature could not be checked here, so whether the chain can be trusted is not known."
        case .malformed: "A certificate breaks the rules of its encoding."
        case .notStandard: "A certificate is not as standards want it."
        }
    }

    var remedy: Remedy {
        switch self {
        case .expired, .validityTooLong: .renewal
        case .notYetValid: Remedy("Look at the server's clock, or wait.")
        case .selfSigned: Remedy("Get a certificate from an authority that clients trust, or give clients this one (--ca).")
        case .unknownRoot: Remedy("Use an authority that clients trust, or give them its root (--ca).")
        case .missingIntermediate:
            Remedy.chain.saying("Send the intermediate certificates too, or give clients a private authority's root (--ca).")
        case .wrongOrder, .unneededCertificate, .rootSent, .invalidSignature: .chain
        case .weakKey, .smallKey, .leafIsCA: .newKey
        case .unverifiable: Remedy("Check the chain with a newer OpenSSL.")
        case .nameMismatch, .commonNameOnly, .badWildcard, .weakSignature, .wrongUsage, .issuerNotCA, .pathTooLong, .nameConstraint,
            .unknownCritical, .malformed, .notStandard:
            .newCertificate
        }
    }

    var references: [String] {
        let ballot = "https://cabforum.org/2025/04/11/ballot-sc081v3-introduce-schedule-of-reducing-validity-and-data-reuse-periods/"
        return switch self {
        case .expired, .notYetValid: [JudgementRule.rfc(5280, "4.1.2.5")]
        case .selfSigned, .unknownRoot, .invalidSignature, .unverifiable: [JudgementRule.rfc(5280, "6.1")]
        case .missingIntermediate, .unneededCertificate, .rootSent: [JudgementRule.rfc(8446, "4.4.2")]
        case .wrongOrder: [JudgementRule.rfc(5246, "7.4.2")]
        case .nameMismatch, .commonNameOnly, .badWildcard: [JudgementRule.rfc(9525, "6")]
        case .weakSignature: [JudgementRule.rfc(9325, "4.5"), "https://shattered.io/"]
        case .weakKey, .smallKey: [JudgementRule.rfc(9325, "4.5")]
        case .wrongUsage: [JudgementRule.rfc(5280, "4.2.1.12")]
        case .leafIsCA, .issuerNotCA, .pathTooLong: [JudgementRule.rfc(5280, "4.2.1.9")]
        case .nameConstraint: [JudgementRule.rfc(5280, "4.2.1.10")]
        case .unknownCritical: [JudgementRule.rfc(5280, "4.2")]
        case .validityTooLong: [ballot]
        case .malformed, .notStandard: [JudgementRule.rfc(5280)]
        }
    }
}
