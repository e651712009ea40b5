import Testing

@testable import TLSInspector

@Suite("Rules about versions")
struct ProtocolRulesTests {
    static let cases: [JudgementCase] = [
        JudgementCase("nothing is changed") { _ in },
        JudgementCase("SSLv2", "tls-ssl2 critical") { builder in
            builder.offer(.ssl2)
            builder[.ssl2].ssl2CipherKinds = ["SSL_CK_RC4_128_WITH_MD5"]
        },
        JudgementCase(
            "SSLv3", "tls-ssl3 high", "tls-static-key-exchange low", "tls-poodle high", "tls-beast low", "tls-no-encrypt-then-mac low"
        ) {
            $0.offer(.ssl3, "TLS_RSA_WITH_AES_128_CBC_SHA")
        },
        JudgementCase("SSLv3 without a suite", "tls-ssl3 high") { $0.offer(.ssl3) },
        JudgementCase("TLS 1.0", "tls-version-1-0 medium", "tls-beast low", "tls-no-encrypt-then-mac low", "tls-lucky13 info") {
            $0.offer(.tls10, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
        },
        JudgementCase("TLS 1.1", "tls-version-1-1 medium", "tls-no-encrypt-then-mac low", "tls-lucky13 info") {
            $0.offer(.tls11, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
        },
        JudgementCase("no TLS 1.3", "tls-no-version-1-3 low", "tls-no-post-quantum info", without: ["tls-post-quantum-key-exchange info"]) {
            $0.refuse(.tls13)
            $0.scan.keyExchange.tls13Groups = .untested("TLS 1.3 is not offered")
        },
        JudgementCase("no TLS 1.2") { $0.refuse(.tls12) },
        JudgementCase(
            "TLS 1.0 alone", "tls-version-1-0 medium", "tls-no-modern-version high", "tls-no-aead medium", "tls-no-post-quantum info",
            "tls-beast low", "tls-no-encrypt-then-mac low", "tls-lucky13 info", without: ["tls-post-quantum-key-exchange info"]
        ) {
            $0.refuse(.tls12)
            $0.refuse(.tls13)
            $0.offer(.tls10, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
            $0.scan.keyExchange.tls13Groups = .untested("TLS 1.3 is not offered")
        },
    ]

    @Test("a version that is offered or missing is found", arguments: cases)
    func versions(_ test: JudgementCase) { test.check() }
}
