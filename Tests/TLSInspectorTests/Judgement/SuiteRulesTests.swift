import Findings
import Testing

@testable import TLSInspector

@Suite("Rules about cipher suites")
struct SuiteRulesTests {
    static let cases: [JudgementCase] = [
        suite("null", "TLS_ECDHE_ECDSA_WITH_NULL_SHA", "tls-null-suites critical"),
        suite("null in TLS 1.3", "TLS_SHA256_SHA256", "tls-null-suites critical", in: .tls13),
        suite(
            "anonymous", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "tls-anonymous-suites critical", "tls-no-encrypt-then-mac low",
            "tls-lucky13 info"),
        suite("RC4", "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA", "tls-rc4-suites high"),
        suite("DES", "TLS_RSA_WITH_DES_CBC_SHA", "tls-short-key-suites high", "tls-no-encrypt-then-mac low", "tls-lucky13 info"),
        suite(
            "3DES", "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA", "tls-3des-suites medium", "tls-no-encrypt-then-mac low", "tls-lucky13 info"),
        suite("IDEA", "TLS_RSA_WITH_IDEA_CBC_SHA", "tls-short-block-suites medium", "tls-no-encrypt-then-mac low", "tls-lucky13 info"),
        suite(
            "export", "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "tls-export-suites critical", "tls-freak high"),
        suite("RSA key exchange", "TLS_RSA_WITH_AES_128_GCM_SHA256", "tls-static-key-exchange low"),
        JudgementCase("an order of the server does away with one finding", "tls-static-key-exchange low") {
            $0.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256", preference: .server)
        },
        JudgementCase("a suite that has no name", "tls-undecided info") {
            $0[.tls12].cipherSuites = .known([CipherSuite(rawValue: 0x7A7A)])
        },
        JudgementCase("CBC alone in TLS 1.2", "tls-cbc-only low", "tls-no-encrypt-then-mac low", "tls-lucky13 info") {
            $0.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")
        },
        JudgementCase("CBC with encrypt-then-MAC", "tls-cbc-only low") {
            $0.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")
            $0.scan.extensions.encryptThenMAC = .known(true)
        },
        JudgementCase(
            "nothing but RSA key exchange", "tls-static-key-exchange low", "tls-no-forward-secrecy medium", "tls-no-version-1-3 low",
            "tls-no-post-quantum info", without: ["tls-post-quantum-key-exchange info"]
        ) {
            $0.refuse(.tls13)
            $0.scan.keyExchange.tls13Groups = .untested("TLS 1.3 is not offered")
            $0.offer(.tls12, "TLS_RSA_WITH_AES_128_GCM_SHA256")
        },
    ]

    /// One more suite beside the modern ones, the client choosing.
    private static func suite(_ name: String, _ suite: String, _ added: String..., in version: ProtocolVersion = .tls12) -> JudgementCase {
        let order = version == .tls13 ? [] : ["tls-no-server-order low"]
        return JudgementCase(name, added: added + order) { builder in
            guard case .known(let suites) = builder[version].cipherSuites else { return }
            builder[version].cipherSuites = .known(suites + [CipherSuite.called(suite)])
        }
    }

    @Test("a suite that should not be offered is found", arguments: cases)
    func suites(_ test: JudgementCase) { test.check() }

    @Test("evidence names the suites of each version")
    func evidence() throws {
        var builder = ScanBuilder()
        builder.offer(.tls12, "TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_RC4_128_MD5", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        let finding = try #require(TLSJudge.findings(for: builder.scan, context: builder.context).first { $0.id == "tls-rc4-suites" })
        #expect(finding.evidence.map(\.name) == ["suites of TLSv1.2"])
        #expect(finding.evidence.map(\.value) == ["TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_RC4_128_MD5"])
        #expect(finding.resource == "example.com:443 (192.0.2.1)")
        #expect(finding.location?.uri == "tls://example.com:443")
        let nginx = try #require(finding.configurations.first { $0.product == "nginx" })
        #expect(nginx.line.hasPrefix("ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:"))
    }
}
