import Testing

@testable import TLSInspector

@Suite("Rules about finite fields and keys that are used again")
struct FiniteFieldRulesTests {
    static let cases: [JudgementCase] = [
        JudgementCase("a good group") { $0.scan.keyExchange.finiteField = [.group(2048, .standard)] },
        JudgementCase("1536 bits", "tls-dh-small medium") { $0.scan.keyExchange.finiteField = [.group(1536, .own)] },
        JudgementCase("a composite modulus", "tls-dh-composite high") {
            var group = FiniteFieldParameters.group(2048, .own)
            (group.isPrime, group.isSafePrime) = (false, false)
            $0.scan.keyExchange.finiteField = [group]
        },
        JudgementCase("a prime that is not safe", "tls-dh-unsafe-prime medium") {
            var group = FiniteFieldParameters.group(2048, .own)
            group.isSafePrime = false
            $0.scan.keyExchange.finiteField = [group]
        },
        JudgementCase("a group of RFC 5114, which has no safe prime and says so") {
            var group = FiniteFieldParameters.group(2048, .standard)
            group.isSafePrime = false
            $0.scan.keyExchange.finiteField = [group]
        },
        JudgementCase("the same DH key twice", "tls-dh-key-reuse medium") { $0.scan.keyExchange.reusesDHKey = .known(true) },
        JudgementCase("the same ECDH key twice", "tls-ecdh-key-reuse low") { $0.scan.keyExchange.reusesECDHKey = .known(true) },
    ]

    @Test("a flaw of Diffie-Hellman is found", arguments: cases)
    func groups(_ test: JudgementCase) { test.check() }
}
