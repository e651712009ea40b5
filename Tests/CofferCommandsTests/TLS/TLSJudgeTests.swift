import Foundation
import Testing

@testable import CofferCommands
@testable import TLSInspector

@Suite("coffer tls judge, profiles and watch")
struct TLSJudgeTests {
    let fixture: CommandFixture
    let trust: String

    init() throws {
        fixture = try CommandFixture()
        trust = try fixture.trustOptions()
    }

    private func save(_ name: String = "scan.json", _ change: (inout EndpointScan) -> Void = { _ in }) throws -> String {
        var scan = EndpointScan.prepared
        change(&scan)
        return try fixture.write(ScanDocument([scan]).bytes(), to: name)
    }

    @Test("a scan that was saved is judged as it would have been, and by another profile")
    func judge() async throws {
        let file = try save { $0.protocols[3] = .prepared(.tls11, [0xC013]) }
        let plain = try await fixture.run("tls judge \(file) \(trust) --fail-on medium --json")
        #expect(plain.status == .negative)
        let ids = { (outcome: Outcome) in try #require(try outcome.json["Findings"] as? [[String: Any]]).compactMap { $0["Id"] as? String }
        }
        #expect(try ids(plain).contains { $0.hasPrefix("tls-") })
        let held = try await fixture.run("tls judge \(file) \(trust) --profile mozilla-modern --json")
        #expect(try Set(ids(held)).subtracting(ids(plain)).isEmpty == false)
        #expect(fixture.scanner.asked.isEmpty)
    }

    @Test("what a scan wrote as JSON is judged too, also from stdin")
    func jsonResult() async throws {
        let json = try await fixture.run("tls scan a.example \(trust) --fail-on critical --json")
        let outcome = try await fixture.run("tls judge - \(trust) --fail-on critical", input: json.bytes)
        #expect(outcome.status == .success, "\(outcome.errors)")
        #expect(outcome.text.hasPrefix("a.example:443 (192.0.2.1)\n"))
    }

    @Test("two scans are compared without a server")
    func baseline() async throws {
        let (before, after) = (try save("before.json"), try save("after.json") { $0.protocols[1] = .prepared(.ssl3, [0x002F]) })
        let outcome = try await fixture.run("tls judge \(after) \(trust) --baseline \(before)")
        #expect(outcome.status == .negative)
        #expect(outcome.text.contains("~ a.example:443 (192.0.2.1): protocols.SSLv3.isOffered: no -> yes\n"))
        #expect(try await fixture.run("tls judge \(before) \(trust) --baseline \(before)").status == .success)
    }

    @Test(
        "a file that is no scan is refused",
        arguments: [
            ("{}", "has no member \"scans\"", .usage), ("x", "is not what a scan writes", .usage),
            (#"{"scans":[{"schema":"coffer-tls-scan/9"}]}"#, "coffer-tls-scan/9", .environment),
        ] as [(String, String, ExitStatus)])
    func malformed(text: String, message: String, status: ExitStatus) async throws {
        let file = try fixture.write(text, to: "scan.json")
        let outcome = try await fixture.expect("tls judge \(file) \(trust)", status)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test("profiles are listed and shown, and what is shown can be used")
    func profiles() async throws {
        let list = try await fixture.expect("tls profiles list").text
        #expect(list.hasPrefix("PROFILE ") && list.contains("mozilla-intermediate-"))
        #expect(try await fixture.expect("tls profiles list --json").json["Profiles"] is [Any])
        for profile in Profile.embedded {
            let shown = try await fixture.expect("tls profiles show \(profile.id)").bytes
            #expect(try Profile(json: shown) == profile)
        }
        let own = try fixture.write(try await fixture.expect("tls profiles show mozilla-modern").bytes, to: "own.json")
        let (file, scan) = (try await fixture.run("tls judge \(try save()) \(trust) --profile \(own) --json"), try save())
        let named = try await fixture.run("tls judge \(scan) \(trust) --profile mozilla-modern --json")
        #expect(try file.json["Findings"] as? NSArray == named.json["Findings"] as? NSArray)
        try fixture.write("{}", to: "broken.json")
        try await fixture.expect("tls judge \(scan) \(trust) --profile \(fixture.path("broken.json"))", .usage)
    }

    @Test("metrics for Prometheus, with status 0 whatever they say")
    func prometheus() async throws {
        fixture.scanner.willAnswer("down.example") { $0 = .nothing($0.endpoint, address: nil, Undecided(.refused, "")) }
        let text = try await fixture.expect("tls watch a.example down.example \(trust) --format prometheus").text
        #expect(text.contains("coffer_tls_scan_success{target=\"a.example:443\",server_name=\"a.example\",address=\"192.0.2.1\"} 1\n"))
        #expect(text.contains("coffer_tls_scan_success{target=\"down.example:443\",server_name=\"down.example\"} 0\n"))
        // 2026-12-31T00:00:00Z
        #expect(
            text.split(separator: "\n").contains {
                $0.hasPrefix("coffer_tls_certificate_not_after_seconds{") && $0.hasSuffix(" 1798675200")
            })
        #expect(text.hasSuffix("coffer_tls_scan_timestamp_seconds 1790000000\n"))
    }

    @Test(
        "a Nagios plugin's line and status",
        arguments: [
            ("2026-09-01", 0, "OK - a.example:443 (192.0.2.1): certificate valid for 121 days, 79 %"),
            ("2026-11-30", 1, "WARNING - a.example:443 (192.0.2.1): certificate valid for 31 days, 20 %"),
            ("2026-12-20", 2, "CRITICAL - a.example:443 (192.0.2.1): certificate valid for 11 days, 7 %"),
        ] as [(String, Int32, String)])
    func nagios(time: String, status: Int32, line: String) async throws {
        let outcome = try await fixture.run("tls watch a.example \(trust) --format nagios --at \(time)")
        #expect(outcome.status.rawValue == status, "\(outcome.text)")
        #expect(outcome.text.hasPrefix("TLS \(line)"), "\(outcome.text)")
        #expect(outcome.text.contains(" | 'a.example:443 (192.0.2.1) days'="))
        #expect(outcome.errors.isEmpty)
    }

    @Test("what is undecided is unknown to Nagios, what is down is critical")
    func nagiosFailures() async throws {
        fixture.scanner.willAnswer { $0.sessions.earlyData = .unknown(Undecided(.timedOut, "")) }
        #expect(try await fixture.run("tls watch a.example \(trust) --format nagios").status.rawValue == 3)
        fixture.scanner.willAnswer { $0 = .nothing($0.endpoint, address: nil, Undecided(.refused, "nobody listens there")) }
        let down = try await fixture.run("tls watch a.example \(trust) --format nagios")
        #expect(down.status.rawValue == 2)
        #expect(down.text == "TLS CRITICAL - a.example:443: refused: nobody listens there\n")
    }

    @Test("thresholds are percents in their order", arguments: ["--warn-percent 101", "--warn-percent 10 --critical-percent 20", "--json"])
    func thresholds(options: String) async throws {
        try await fixture.expect("tls watch a.example --format nagios \(options)", .usage)
    }
}
