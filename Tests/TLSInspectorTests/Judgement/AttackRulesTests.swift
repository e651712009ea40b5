import Findings
import Testing

@testable import TLSInspector

@Suite("Rules about attacks that follow from what is offered")
struct AttackRulesTests {
    static let cases: [JudgementCase] = [
        JudgementCase("compression", "tls-crime medium") { $0.scan.extensions.compression = .known(true) },
        JudgementCase("a temporary RSA key of 512 bits", "tls-freak high") { $0.scan.keyExchange.exportRSABits = [512] },
        JudgementCase("a group of 1024 bits", "tls-logjam high") { $0.scan.keyExchange.finiteField = [.group(1024, .common)] },
        JudgementCase("a group for export", "tls-logjam high") {
            var group = FiniteFieldParameters.group(512, .common)
            group.isExport = true
            $0.scan.keyExchange.finiteField = [group]
        },
        JudgementCase("TLS 1.0 without CBC", "tls-version-1-0 medium", "tls-rc4-suites high") {
            $0.offer(.tls10, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA")
        },
    ]

    @Test("an attack is found", arguments: cases)
    func attacks(_ test: JudgementCase) { test.check() }

    @Test("what was inferred says so")
    func basis() {
        var builder = ScanBuilder()
        builder.offer(.ssl3, "TLS_RSA_WITH_AES_128_CBC_SHA")
        let findings = TLSJudge.findings(for: builder.scan, context: builder.context).filter {
            ["tls-poodle", "tls-beast"].contains($0.id)
        }
        #expect(findings.count == 2)
        #expect(findings.allSatisfy { $0.evidence.last?.value.hasPrefix("inferred") == true })
    }
}

extension FiniteFieldParameters {
    /// A group on a safe prime.
    static func group(_ bits: Int, _ origin: Origin) -> FiniteFieldParameters {
        FiniteFieldParameters(
            bits: bits, origin: origin, name: nil, isPrime: true, isSafePrime: true, generator: "2", fingerprint: "ab", isExport: false)
    }
}
