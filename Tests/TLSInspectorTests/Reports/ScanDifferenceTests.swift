import Findings
import Testing

@testable import TLSInspector

@Suite("What changed since a baseline")
struct ScanDifferenceTests {
    private let old = ReportSamples.judged(
        ReportSamples.scan(), [ReportSamples.finding("a"), ReportSamples.finding("b", .low), ReportSamples.finding("c", .high)])

    private func difference(_ new: JudgedScan) throws -> ScanDifference { try ScanDifference(from: [old], to: [new]) }

    @Test("an unchanged server makes no difference")
    func unchanged() throws {
        let difference = try difference(old)
        #expect(difference.isEmpty)
        #expect(difference.findings.unchanged.count == 3)
        #expect(
            difference.lines == [
                "findings since the baseline: 0 new, 0 changed, 0 fixed, 0 unconfirmed, 3 unchanged; facts that changed: 0"
            ])
    }

    @Test("each fact that changed is named, old and new")
    func facts() throws {
        var scan = ReportSamples.scan(tls10: .known(true))
        scan.protocols[2].cipherSuites = .known([CipherSuite(rawValue: 0x009C)])
        scan.protocols.insert(ReportSamples.protocolFacts(.ssl2, .known(false), []), at: 0)
        scan.chains[0].certificates[1] = CertificateBytes([6])
        scan.sessions.earlyData = .untested("a")
        scan.extensions.stapling = .unknown(Undecided(.reset, ""))
        let changes = try difference(ReportSamples.judged(scan, old.findings)).facts.map {
            "\($0.path): \($0.old ?? "-") -> \($0.new ?? "-")"
        }
        let suites = [CipherSuite(rawValue: 0xC02F), CipherSuite(rawValue: 0x009C)]
        let leaf = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"
        #expect(
            changes == [
                """
                chains.1.certificates: \(leaf), 2fa1b377bf67309f65e5e7bc9d924345ca648dec4e601a398a9cb497dcba3765 -> \
                \(leaf), 67586e98fad27da0b9968bc039a1ef34c939b9b8e523a8bef89d478608c5ecf6
                """,
                "extensions.stapling: yes -> undecided: reset", "protocols.SSLv2.cipherSuites: - -> none",
                "protocols.SSLv2.isOffered: - -> no",
                "protocols.SSLv2.preference: - -> undetermined", "protocols.SSLv2.prioritizesChaCha: - -> no",
                "protocols.SSLv2.version: - -> SSLv2", "protocols.TLSv1.0.isOffered: no -> yes",
                "protocols.TLSv1.2.cipherSuites: \(suites[0]), \(suites[1]) -> \(suites[1])", "sessions.earlyData: 0 -> not tested: a",
            ])
    }

    @Test("a response that was signed anew and another timestamp are no change")
    func noise() throws {
        var scan = ReportSamples.scan()
        scan.chains[0].stapledResponse = CertificateBytes([10])
        scan.chains[0].timestamps[0] = CertificateBytes([11])
        #expect(try difference(ReportSamples.judged(scan, old.findings)).isEmpty)
    }

    @Test("findings are new, changed, fixed or unchanged")
    func findings() throws {
        let findings = [
            ReportSamples.finding("a"), ReportSamples.finding("b", .high), ReportSamples.finding("d", .low),
            ReportSamples.finding("a", title: "Once more."),
        ]
        let difference = try difference(ReportSamples.judged(ReportSamples.scan(), findings)).findings
        #expect(difference.new.map { "\($0.id) \($0.title)" } == ["a Once more.", "d It is old."])
        #expect(difference.changed.map(\.new.id) == ["b"])
        #expect(difference.changed.map(\.isWorse) == [true])
        #expect(difference.fixed.map(\.id) == ["c"])
        #expect(difference.unchanged.map(\.id) == ["a"])
        #expect(difference.newOrWorse.map(\.id) == ["b", "a", "d"])
    }

    @Test("of several findings of one rule the equal ones are matched first")
    func several() {
        let one = ReportSamples.finding(evidence: [Evidence("n", "1")])
        let two = ReportSamples.finding(evidence: [Evidence("n", "2")])
        let three = ReportSamples.finding(evidence: [Evidence("n", "3")])
        let difference = FindingsDifference(from: [one, two], to: [two, three], isComplete: true)
        #expect(difference.unchanged == [two])
        #expect(difference.changed == [FindingsDifference.Change(old: one, new: three)])
        #expect(difference.new.isEmpty && difference.fixed.isEmpty)
    }

    @Test("what a failed or incomplete scan does not find is not fixed", arguments: [true, false])
    func unconfirmed(hasFailed: Bool) throws {
        var failed = ReportSamples.failed()
        failed.endpoint = old.scan.endpoint
        let scan = hasFailed ? failed : ReportSamples.scan(tls10: .unknown(Undecided(.timedOut, "")))
        let difference = try difference(JudgedScan(scan: scan)).findings
        #expect(difference.fixed.isEmpty)
        #expect(difference.unconfirmed.map(\.id) == ["c", "a", "b"])
        #expect(try self.difference(JudgedScan(scan: scan)).newlyUndecidedCount == 1)
        #expect(try ScanDifference(from: [JudgedScan(scan: scan)], to: [JudgedScan(scan: scan)]).newlyUndecidedCount == 0)
        #expect(try ScanDifference(from: [], to: [JudgedScan(scan: scan)]).newlyUndecidedCount == 1)
    }

    @Test("at another address the findings are the same")
    func addresses() throws {
        let findings = old.findings.map { ReportSamples.finding($0.id, $0.severity, resource: "example.com:443 (192.0.2.9)") }
        let difference = try difference(ReportSamples.judged(ReportSamples.scan(address: "192.0.2.9"), findings)).findings
        #expect(difference.unchanged.count == 3)
        #expect(difference.newOrWorse.isEmpty && difference.changed.isEmpty)
    }

    @Test("endpoints come and go, and one address may become another")
    func endpoints() throws {
        let moved = ReportSamples.judged(ReportSamples.scan(address: "192.0.2.9"), old.findings)
        #expect(try difference(moved).facts.map(\.path) == ["address"])
        let other = ReportSamples.judged(ReportSamples.scan(host: "new.example"), [ReportSamples.finding("a")])
        let difference = try difference(other)
        #expect(difference.added == ["new.example:443 (192.0.2.1)"])
        #expect(difference.removed == ["example.com:443 (192.0.2.1)"])
        #expect(difference.findings.new.map(\.id) == ["a"])
        #expect(difference.findings.fixed.isEmpty)
        let two = try ScanDifference(from: [old], to: [old, moved])
        #expect(two.added == ["example.com:443 (192.0.2.9)"])
        #expect(two.facts.isEmpty)
    }
}
