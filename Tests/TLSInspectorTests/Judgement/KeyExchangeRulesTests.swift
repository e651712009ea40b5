import Testing

@testable import TLSInspector

@Suite("Rules about groups and signatures")
struct KeyExchangeRulesTests {
    private static let quantum = ["tls-post-quantum-key-exchange info"]

    static let cases: [JudgementCase] = [
        JudgementCase("a curve of 192 bits", "tls-weak-groups medium") {
            $0.scan.keyExchange.tls12Groups = .known(["secp256r1", "secp192r1"].map(NamedGroup.called))
        },
        JudgementCase("a binary curve of 163 bits", "tls-weak-groups medium") {
            $0.scan.keyExchange.tls12Groups = .known([NamedGroup.called("sect163k1")])
        },
        JudgementCase("SHA-1 on request", "tls-weak-handshake-signature low") {
            $0.scan.keyExchange.tls12SignatureSchemes = .known(["ecdsa_secp256r1_sha256", "ecdsa_sha1"].map(TLSSignatureScheme.called))
        },
        JudgementCase("MD5 on request", "tls-weak-handshake-signature medium") {
            $0.scan.keyExchange.tls12SignatureSchemes = .known([TLSSignatureScheme.called("rsa_pkcs1_md5")])
        },
        JudgementCase("drafts of Kyber alone", "tls-post-quantum-draft low", without: quantum) {
            $0.scan.keyExchange.tls13Groups = .known([NamedGroup(rawValue: 0x6399), .x25519])
        },
        JudgementCase("a draft beside the standard") {
            $0.scan.keyExchange.tls13Groups = .known([.x25519MLKEM768, NamedGroup(rawValue: 0x6399), .x25519])
        },
        JudgementCase("curves alone", "tls-no-post-quantum info", without: quantum) { $0.scan.keyExchange.tls13Groups = .known([.x25519]) },
        JudgementCase("a certificate with ML-DSA", without: ["tls-classical-authentication info"]) {
            $0.leaf.key = CertificateKeyFacts(algorithm: "ML-DSA-65", bits: nil, curve: nil, exponent: nil, weaknesses: [])
        },
    ]

    @Test("groups and signatures are told apart", arguments: cases)
    func groups(_ test: JudgementCase) { test.check() }
}
