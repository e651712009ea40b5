import Testing

@testable import TLSInspector

@Suite("Rules about revocation")
struct RevocationRulesTests {
    static let cases: [JudgementCase] = [
        answer("good", .ocsp, .good),
        answer("revoked", .crl, .revoked, "tls-certificate-revoked critical"),
        answer("a staple that says revoked", .stapled, .revoked, "tls-certificate-revoked critical"),
        answer("a stale staple", .stapled, .good, nextUpdate: ScanBuilder.now - 1, "tls-staple-stale medium"),
        answer("a staple at its last second", .stapled, .good, nextUpdate: ScanBuilder.now),
        answer("a staple that cannot be believed", .stapled, .invalid, "tls-staple-invalid medium"),
        answer("a staple that knows nothing", .stapled, .unknownToResponder, "tls-staple-invalid medium"),
        answer("an authority that knows nothing", .ocsp, .unknownToResponder, "tls-revocation-unknown medium"),
        answer("an authority that does not answer", .ocsp, .unavailable, "tls-revocation-unavailable low"),
        JudgementCase("a staple that nobody checked", "tls-undecided info") { $0.scan.chains[0].stapledResponse = CertificateBytes([1]) },
        JudgementCase("must-staple without a staple", "tls-must-staple high") { $0.leaf.mustStaple = true },
        mustStaple("and a staple that holds", .good),
        mustStaple("and a stale one", .good, nextUpdate: ScanBuilder.now - 1, "tls-must-staple high", "tls-staple-stale medium"),
        mustStaple("and one that cannot be believed", .invalid, "tls-must-staple high", "tls-staple-invalid medium"),
        mustStaple("and one that knows nothing", .unknownToResponder, "tls-must-staple high", "tls-staple-invalid medium"),
        JudgementCase("a responder and a list") { $0.leaf.ocspURLs = ["http://ocsp.example"] },
        JudgementCase("a responder alone", "tls-no-stapling low") {
            $0.leaf.ocspURLs = ["http://ocsp.example"]
            $0.leaf.crlURLs = []
        },
        JudgementCase("neither", "tls-no-revocation-source info") { $0.leaf.crlURLs = [] },
        JudgementCase("neither, and not needed for five days") {
            $0.leaf.crlURLs = []
            $0.leaf.notBefore = ScanBuilder.now - 2 * ScanBuilder.day
            $0.leaf.notAfter = ScanBuilder.now + 3 * ScanBuilder.day
        },
    ]

    private static func answer(
        _ name: String, _ source: RevocationFacts.Source, _ status: RevocationFacts.Status, nextUpdate: Int64? = nil, _ added: String...
    ) -> JudgementCase {
        JudgementCase(name, added: added) { $0.context.revocation = [[facts(source, status, nextUpdate)]] }
    }

    private static func mustStaple(
        _ name: String, _ status: RevocationFacts.Status, nextUpdate: Int64? = nil, _ added: String...
    ) -> JudgementCase {
        JudgementCase("must-staple \(name)", added: added) {
            $0.leaf.mustStaple = true
            $0.scan.chains[0].stapledResponse = CertificateBytes([1])
            $0.context.revocation = [[facts(.stapled, status, nextUpdate)]]
        }
    }

    private static func facts(_ source: RevocationFacts.Source, _ status: RevocationFacts.Status, _ nextUpdate: Int64?) -> RevocationFacts {
        RevocationFacts(
            source: source, fingerprint: "11", url: nil, status: status, revokedAt: nil, reason: nil, thisUpdate: nil,
            nextUpdate: nextUpdate,
            problem: nil)
    }

    @Test("what is known about revocation is judged at the hour", arguments: cases)
    func revocation(_ test: JudgementCase) { test.check() }
}
