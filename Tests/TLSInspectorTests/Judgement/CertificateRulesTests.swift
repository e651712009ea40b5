import Findings
import Testing

@testable import TLSInspector

@Suite("Rules about what a careful client says of a chain")
struct CertificateRulesTests {
    private static let severities: [ChainProblem.Code: Severity] = [
        .expired: .high, .notYetValid: .high, .selfSigned: .high, .unknownRoot: .high, .missingIntermediate: .high, .wrongOrder: .low,
        .unneededCertificate: .info, .rootSent: .info, .nameMismatch: .high, .commonNameOnly: .medium, .badWildcard: .medium,
        .weakSignature: .high, .weakKey: .critical, .smallKey: .high, .invalidSignature: .high, .wrongUsage: .high, .leafIsCA: .medium,
        .issuerNotCA: .high, .pathTooLong: .high, .nameConstraint: .high, .unknownCritical: .medium, .validityTooLong: .medium,
        .malformed: .medium, .notStandard: .low, .unverifiable: .medium,
    ]

    static let cases: [JudgementCase] =
        ChainProblem.Code.allCases.map { code in
            JudgementCase(code.rawValue, added: ["tls-certificate-\(code.rawValue) \(severities[code]?.rawValue ?? "")"]) { $0.add(code) }
        } + [
            JudgementCase("expired, and nobody looked at the chain", "tls-certificate-expired high", "tls-undecided info") {
                $0.context.chainReports = []
                $0.context.time = $0.leaf.notAfter + 1
            },
            JudgementCase("not valid yet, and nobody looked at the chain", "tls-certificate-not-yet-valid high", "tls-undecided info") {
                $0.context.chainReports = [nil]
                $0.context.time = $0.leaf.notBefore - 1
            },
            JudgementCase("a known key, and nobody looked at the chain", "tls-certificate-weak-key critical", "tls-undecided info") {
                $0.context.chainReports = [nil]
                $0.leaf.key.weaknesses = [.debian]
            },
            JudgementCase(
                "certificates that were not read", "tls-undecided info", without: ["tls-classical-authentication info"]
            ) { $0.context.certificates = [] },
        ]

    @Test("each problem has a finding of its own", arguments: cases)
    func problems(_ test: JudgementCase) { test.check() }
}
