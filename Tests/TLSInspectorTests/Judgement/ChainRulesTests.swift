import Testing

@testable import TLSInspector

@Suite("Rules about certificates and the hour")
struct ChainRulesTests {
    static let cases: [JudgementCase] = [
        leaf("31 % of 100 days", lifetime: 100, left: 31),
        leaf("30 % of 100 days", lifetime: 100, left: 30),
        leaf("below 30 % of 100 days", lifetime: 100, left: 30, seconds: -1, "tls-certificate-expires-soon medium"),
        leaf("16 % of 100 days", lifetime: 100, left: 16, "tls-certificate-expires-soon medium"),
        leaf("15 % of 100 days", lifetime: 100, left: 15, "tls-certificate-expires-soon medium"),
        leaf("below 15 % of 100 days", lifetime: 100, left: 15, seconds: -1, "tls-certificate-expires-soon high"),
        leaf("29 % of 400 days", lifetime: 400, left: 116, "tls-certificate-expires-soon low"),
        leaf("one day of six", lifetime: 6, left: 1),
        leaf("less than a day of six", lifetime: 6, left: 1, seconds: -1, "tls-certificate-expires-soon high"),
        JudgementCase("an authority that expires", "tls-intermediate-expires-soon medium") {
            $0.context.certificates[0][1].notAfter = ScanBuilder.now + 20 * ScanBuilder.day
        },
        JudgementCase("another certificate without a name", "tls-default-certificate info") {
            $0.scan.chains[0].isDefault = false
            $0.scan.chains.append($0.scan.chains[0])
            $0.scan.chains[1].isDefault = true
            $0.context.certificates.append($0.context.certificates[0])
            $0.context.certificates[1][0].dnsNames = ["default.example"]
            $0.context.chainReports.append($0.context.chainReports[0])
            $0.context.chainReports[1]?.problems = [ChainProblem(.nameMismatch, fingerprint: "11", "It is for another name.")]
        },
        JudgementCase("one of two certificates for the same name without a name") {
            $0.scan.chains[0].isDefault = false
            $0.scan.chains.append($0.scan.chains[0])
            $0.scan.chains[1].isDefault = true
            $0.context.certificates.append($0.context.certificates[0])
            $0.context.chainReports.append($0.context.chainReports[0])
        },
    ]

    private static func leaf(_ name: String, lifetime: Int64, left: Int64, seconds: Int64 = 0, _ added: String...) -> JudgementCase {
        JudgementCase(name, added: added) {
            $0.leaf.notAfter = ScanBuilder.now + left * ScanBuilder.day + seconds - 1
            $0.leaf.notBefore = $0.leaf.notAfter - lifetime * ScanBuilder.day + 1
        }
    }

    @Test("how soon is soon depends on the lifetime", arguments: cases)
    func expiry(_ test: JudgementCase) { test.check() }
}
