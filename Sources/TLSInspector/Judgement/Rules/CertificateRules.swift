internal import Findings

/// What a careful client says about chains: a rule for each code.
extension JudgementRule {
    static let certificates: [JudgementRule] = ChainProblem.Code.allCases.map { code in
        JudgementRule(
            "tls-certificate-\(code.rawValue)", code.severity, code.title, needs: ["chains.report"], remedy: code.remedy,
            references: code.references
        ) { view in view.chains.flatMap { problems(code, of: $0) } }
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
}

extension ChainView {
    /// Which chain it was.
    var place: Evidence { Evidence("chain", "\(index + 1), seen in " + chain.versions.map(\.name).joined(separator: ", ")) }
}
