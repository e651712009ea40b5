internal import Findings

/// What a careful client says about chains: a rule for each code.
extension JudgementRule {
    static let certificates: [JudgementRule] = ChainProblem.Code.allCases.map { code in
        let (severity, title, remedy, references) = verdict(code)
        return JudgementRule(
            "tls-certificate-\(code.rawValue)", severity, title, needs: ["chains.report"], remedy: remedy, references: references
        ) { view in
            view.chains.flatMap { chain in problems(code, of: chain) }
        }
    }

    /// One violation for each problem. What needs no chain is seen without a report too.
    private static func problems(_ code: ChainProblem.Code, of chain: ChainView) -> [Violation] {
        if chain.report != nil {
            return chain.problems.filter { $0.code == code }.map { problem in
                Violation([Evidence("problem", problem.sentence), Evidence("fingerprint", problem.fingerprint), chain.place])
            }
        }
        let broken = (chain.certificates ?? []).filter { certificate in
            switch code {
            case .expired: certificate.notAfter < chain.time
            case .notYetValid: certificate.notBefore > chain.time
            case .weakKey: !certificate.key.weaknesses.isEmpty
            default: false
            }
        }
        return broken.map { Violation(ChainView.evidence($0) + [chain.place]) }
    }

    private typealias Verdict = (Severity, String, Remedy, [String])

    private static func verdict(_ code: ChainProblem.Code) -> Verdict {
        let profile = [rfc(5280)]
        switch code {
        case .expired: return (.high, "A certificate has expired.", .renewal, [rfc(5280, "4.1.2.5")])
        case .notYetValid:
            return (.high, "A certificate is not valid yet.", Remedy("Look at the server's clock, or wait."), [rfc(5280, "4.1.2.5")])
        case .selfSigned:
            let remedy = Remedy("Get a certificate from an authority that clients trust, or give clients this one (--ca).")
            return (.high, "The certificate vouches for itself.", remedy, [rfc(5280, "6.1")])
        case .unknownRoot:
            let remedy = Remedy("Use an authority that clients trust, or give them its root (--ca).")
            return (.high, "The chain ends at a root that is not trusted.", remedy, [rfc(5280, "6.1")])
        case .missingIntermediate:
            return (
                .medium, "An intermediate certificate is missing: only clients that know or fetch it connect.", .chain, [rfc(8446, "4.4.2")]
            )
        case .wrongOrder: return (.low, "The certificates are not sent in order.", .chain, [rfc(5246, "7.4.2")])
        case .unneededCertificate: return (.info, "A certificate is sent that belongs to no path.", .chain, [rfc(8446, "4.4.2")])
        case .rootSent: return (.info, "The root is sent, which clients have or do not trust.", .chain, [rfc(8446, "4.4.2")])
        case .nameMismatch: return (.high, "The certificate is not for this name.", .newCertificate, [rfc(9525, "6")])
        case .commonNameOnly:
            return (.medium, "The name stands in the subject only, where clients do not look.", .newCertificate, [rfc(9525, "2")])
        case .badWildcard: return (.medium, "A name has a wildcard where none may be.", .newCertificate, [rfc(9525, "6.3")])
        case .weakSignature:
            return (
                .high, "A certificate is signed with a hash that can be forged.", .newCertificate,
                [rfc(9325, "4.5"), "https://shattered.io/"]
            )
        case .weakKey: return (.critical, "The key of a certificate is known or can be computed.", .newKey, [rfc(9325, "4.5")])
        case .smallKey: return (.high, "The key of a certificate is too small.", .newKey, [rfc(9325, "4.5")])
        case .invalidSignature: return (.high, "A signature in the chain is wrong.", .chain, [rfc(5280, "6.1.3")])
        default: return remainingVerdict(code, profile)
        }
    }

    private static func remainingVerdict(_ code: ChainProblem.Code, _ profile: [String]) -> Verdict {
        switch code {
        case .wrongUsage: (.high, "The certificate is not made for servers.", .newCertificate, [rfc(5280, "4.2.1.12")])
        case .leafIsCA:
            (.medium, "The server's certificate is one of an authority: its key can sign others.", .newKey, [rfc(5280, "4.2.1.9")])
        case .issuerNotCA: (.high, "A certificate is signed by one that may not sign.", .newCertificate, [rfc(5280, "4.2.1.9")])
        case .pathTooLong: (.high, "The chain is longer than an authority in it allows.", .newCertificate, [rfc(5280, "4.2.1.9")])
        case .nameConstraint: (.high, "An authority in the chain may not vouch for this name.", .newCertificate, [rfc(5280, "4.2.1.10")])
        case .unknownCritical:
            (.medium, "A certificate has a critical extension that clients do not know.", .newCertificate, [rfc(5280, "4.2")])
        case .validityTooLong:
            (
                .medium, "The certificate is valid for longer than browsers accept.", .renewal,
                ["https://cabforum.org/2025/04/11/ballot-sc081v3-introduce-schedule-of-reducing-validity-and-data-reuse-periods/"]
            )
        case .malformed: (.medium, "A certificate breaks the rules of its encoding.", .newCertificate, profile)
        case .notStandard: (.low, "A certificate is not as standards want it.", .newCertificate, profile)
        default: preconditionFailure("the other codes have a verdict above")
        }
    }
}

extension ChainView {
    /// Which chain it was.
    var place: Evidence { Evidence("chain", "\(index + 1), seen in " + chain.versions.map(\.name).joined(separator: ", ")) }
}
