import Testing

@testable import TLSInspector

@Suite("Rules about extensions")
struct ExtensionRulesTests {
    static let cases: [JudgementCase] = [
        JudgementCase("no secure renegotiation", "tls-no-secure-renegotiation medium") {
            $0.scan.extensions.secureRenegotiation = .known(false)
        },
        JudgementCase("renegotiation without RFC 5746", "tls-no-secure-renegotiation medium", "tls-insecure-renegotiation high") {
            $0.scan.extensions.secureRenegotiation = .known(false)
            $0.scan.sessions.clientRenegotiation = .known(true)
        },
        JudgementCase("no extended master secret", "tls-no-extended-master-secret low") {
            $0.scan.extensions.extendedMasterSecret = .known(false)
        },
        JudgementCase("no extended master secret where TLS 1.3 is alone") {
            $0.refuse(.tls12)
            $0.scan.extensions.extendedMasterSecret = .known(false)
        },
        JudgementCase("heartbeat", "tls-heartbeat-on low") { $0.scan.extensions.heartbeat = .known(true) },
        JudgementCase("short MACs", "tls-truncated-hmac low") { $0.scan.extensions.truncatedHMAC = .known(true) },
        JudgementCase("no fallback value beside the sentinel", "tls-no-fallback-scsv info") {
            $0.scan.extensions.fallbackSCSV = .known(false)
        },
        JudgementCase("no fallback value with TLS 1.1", "tls-no-fallback-scsv low", "tls-version-1-1 medium", "tls-rc4-suites high") {
            $0.scan.extensions.fallbackSCSV = .known(false)
            $0.offer(.tls11, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA")
        },
        JudgementCase("no fallback value with one version") {
            $0.scan.extensions.fallbackSCSV = .known(false)
            $0.refuse(.tls12)
        },
        JudgementCase("no sentinel", "tls-no-downgrade-sentinel medium") { $0.scan.extensions.downgradeSentinel = .known(false) },
    ]

    @Test("an extension that is on or missing is found", arguments: cases)
    func extensions(_ test: JudgementCase) { test.check() }
}
