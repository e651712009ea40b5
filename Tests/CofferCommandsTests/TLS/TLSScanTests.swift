import Foundation
import KeyTestSupport
import Synchronization
import Testing

@testable import CofferCommands
@testable import TLSInspector

@Suite("coffer tls scan")
struct TLSScanTests {
    let fixture: CommandFixture
    /// What every scan here trusts.
    let trust: String

    init() throws {
        fixture = try CommandFixture()
        trust = try fixture.trustOptions()
    }

    /// Runs a scan, and looks at its status only: a check tells what it found on stdout, whatever its status is.
    @discardableResult
    private func scan(_ line: String, _ status: ExitStatus = .success, input: [UInt8] = []) async throws -> Outcome {
        let outcome = try await fixture.run("tls scan \(trust) \(line)", input: input)
        #expect(outcome.status == status, "\(line)\n\(outcome.text)\n\(outcome.errors)")
        return outcome
    }

    private func text(_ name: String) throws -> String { String(decoding: try fixture.read(name), as: UTF8.self) }

    @Test("one target is shown in full")
    func one() async throws {
        let text = try await scan("a.example --fail-on medium").text
        #expect(
            text.hasPrefix(
                """
                a.example:443 (192.0.2.1)
                  TLSv1.2   2 suites, in the server's order
                            TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
                            TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
                  TLSv1.3   2 suites, in the server's order
                            TLS_AES_128_GCM_SHA256
                            TLS_AES_256_GCM_SHA384
                  refused   SSLv2, SSLv3, TLSv1.0, TLSv1.1
                  groups    X25519MLKEM768, x25519, secp256r1
                  quantum   key exchange withstands quantum computers
                  chain 1   CN=a.example; secp256r1; until 2026-12-31, 100 days; issued by CN=Test Authority; trusted

                """), "\(text)")
        #expect(text.hasSuffix(" in a.example:443: 1 info\n") || text.contains("in a.example:443"), "\(text)")
        #expect(fixture.scanner.isEnded)
    }

    @Test("of many targets each has a line as it is done, and the end sums up")
    func many() async throws {
        fixture.scanner.willAnswer("b.example") { $0.protocols[2] = .prepared(.tls10, [0xC013]) }
        fixture.scanner.willAnswer("down.example") { $0 = .nothing($0.endpoint, address: nil, Undecided(.refused, "nobody listens there")) }
        try fixture.write("b.example # old\na.example\n\ndown.example\nb.example\n", to: "hosts.txt")
        let outcome = try await scan("--targets \(fixture.path("hosts.txt")) c.example --concurrency 1", .negative)
        let lines = outcome.text.split(separator: "\n").map(String.init)
        #expect(lines.prefix(4).map { $0.prefix { $0 != ":" } } == ["c.example", "b.example", "a.example", "down.example"])
        #expect(lines[1].contains("  TLSv1.0 TLSv1.2 TLSv1.3  "))
        #expect(lines[3] == "down.example:443  failed: refused: nobody listens there")
        #expect(lines.last == "4 endpoints: 3 complete, 1 failed")
        #expect(fixture.scanner.asked.map(\.host) == ["c.example", "b.example", "a.example", "down.example"])
    }

    @Test("the list may come through stdin, with a protocol and a name for each target")
    func standardInput() async throws {
        let lines = "smtp://a.example\nb.example:993 sni=c.example\n192.0.2.9\n"
        try await scan("--targets - --starttls imap --sni none --fail-on critical", .success, input: Array(lines.utf8))
        let asked = Set(fixture.scanner.asked)
        #expect(
            asked == [
                Endpoint(host: "a.example", port: 25, startTLS: .smtp),
                Endpoint(host: "b.example", port: 993, startTLS: .imap, serverName: "c.example"),
                Endpoint(host: "192.0.2.9", port: 143, startTLS: .imap),
            ])
    }

    @Test(
        "the exit status says whether something was found, or could not be",
        arguments: [
            ("clean", "medium", ExitStatus.success), ("old", "medium", .negative), ("old", "critical", .success),
            ("down", "info", .negative),
            ("down", "critical", .environment), ("open", "critical", .environment), ("open-old", "medium", .negative),
        ])
    func statuses(what: String, failOn: String, status: ExitStatus) async throws {
        fixture.scanner.willAnswer { scan in
            if what == "down" { scan = .nothing(scan.endpoint, address: nil, Undecided(.refused, "")) }
            if what.contains("open") { scan.sessions.earlyData = .unknown(Undecided(.timedOut, "")) }
            if what.contains("old") { scan.protocols[2] = .prepared(.tls10, [0xC013]) }
        }
        // That it cannot be reached is no finding for the status; of its other findings there are none.
        let expected = what == "down" ? .environment : status
        let outcome = try await scan("a.example --fail-on \(failOn)", expected)
        if expected == .environment { #expect(outcome.errors.contains("error: not everything could be found out: 1 endpoint: ")) }
        let json = try await scan("a.example --fail-on \(failOn) --json", expected)
        #expect(try json.json["Scans"] != nil)
        if expected == .environment { #expect(try json.error["code"] as? String == "ScanIncomplete") }
    }

    @Test("the JSON has the findings, the scans as they are saved, and what was concluded")
    func json() async throws {
        let json = try await scan("b.example a.example --grade --fail-on critical --json").json
        #expect(json["TargetCount"] as? Int == 2 && json["CompleteCount"] as? Int == 2 && json["FailedCount"] as? Int == 0)
        let scans = try #require(json["Scans"] as? [[String: Any]])
        #expect(scans.map { ($0["endpoint"] as? [String: Any])?["host"] as? String } == ["a.example", "b.example"])
        #expect(scans[0]["schema"] as? String == "coffer-tls-scan/1")
        let judgements = try #require(json["Judgements"] as? [[String: Any]])
        #expect(judgements[0]["name"] as? String == "a.example:443 (192.0.2.1)")
        #expect((judgements[0]["grade"] as? [String: Any])?["letter"] is String)
        let chain = try #require((judgements[0]["chains"] as? [[String: Any]])?.first)
        #expect((chain["report"] as? [String: Any])?["isTrusted"] as? Bool == true)
        #expect(json["Findings"] is [Any] && json["Summary"] is [String: Any])
    }

    @Test("all reports of one run are written, and replace those of an earlier one")
    func reports() async throws {
        fixture.scanner.willAnswer { $0.protocols[2] = .prepared(.tls10, [0xC013]) }
        let names = ["jsonl", "csv", "html", "sarif", "junit", "cbom", "save"]
        let options = names.map { "--\($0) \(fixture.path("report.\($0)"))" }.joined(separator: " ")
        for _ in 1...2 { try await scan("b.example a.example \(options)", .negative) }
        #expect(try text("report.jsonl").split(separator: "\n").count == 2)
        #expect(try text("report.csv").hasPrefix("target,host,port,"))
        #expect(try text("report.html").contains("tls-"))
        #expect(try text("report.sarif").contains("\"2.1.0\""))
        #expect(try text("report.junit").contains("<testsuite"))
        #expect(try text("report.cbom").contains("\"CycloneDX\""))
        let saved = try ScanDocument(fixture.read("report.save"))
        #expect(saved.scans.map(\.endpoint.host) == ["a.example", "b.example"])
    }

    @Test("a scan of unchanged servers is saved in the same bytes, whatever the order")
    func deterministic() async throws {
        try await scan("a.example b.example c.example --fail-on critical --save \(fixture.path("one.json"))")
        fixture.clock.pass(.days(1))
        try await scan("c.example a.example b.example --fail-on critical --concurrency 1 --save \(fixture.path("two.json"))")
        #expect(try fixture.read("one.json") == fixture.read("two.json"))
    }

    @Test("lines, a table or an inventory go to stdout in the place of the text", arguments: ["jsonl", "csv", "cbom"])
    func stdout(format: String) async throws {
        let text = try await scan("a.example --fail-on critical --\(format) -").text
        switch format {
        case "jsonl": #expect(text.hasPrefix("{\"chains\":[") && text.hasSuffix("}\n") && text.split(separator: "\n").count == 1)
        case "csv": #expect(text.hasPrefix("target,") && text.hasSuffix("\r\n"))
        default: #expect(text.hasPrefix("{\n") && text.contains("\"specVersion\" : \"1.6\""))
        }
        let both = try await fixture.expect("tls scan a.example --\(format) - --json", .usage)
        #expect(try both.error["message"] as? String == "stdout takes one result: --\(format), --json")
    }

    @Test("with a baseline only what is new or worse counts")
    func baseline() async throws {
        let file = fixture.path("last.json")
        fixture.scanner.willAnswer { $0.protocols[2] = .prepared(.tls10, [0xC013]) }
        try await scan("a.example --save \(file)", .negative)
        let same = try await scan("a.example --baseline \(file) --save \(file)")
        #expect(same.text.contains("findings since the baseline: 0 new, 0 changed, 0 fixed, 0 unconfirmed"))
        fixture.scanner.willAnswer { $0.protocols[1] = .prepared(.ssl3, [0xC013]) }
        let worse = try await scan("a.example --baseline \(file) --json", .negative)
        let difference = try #require(try worse.json["Difference"] as? [String: Any])
        let paths = (difference["facts"] as? [[String: Any]])?.compactMap { $0["path"] as? String } ?? []
        #expect(paths.contains("protocols.SSLv3.isOffered") && paths.contains("protocols.TLSv1.0.isOffered"))
        let findings = try #require(difference["findings"] as? [String: Any])
        #expect((findings["new"] as? [[String: Any]])?.isEmpty == false && (findings["fixed"] as? [[String: Any]])?.isEmpty == false)
        // A second run is refused like the first, until somebody accepts what is new.
        for _ in 0..<2 {
            let refused = try await scan("a.example --baseline \(file) --save \(file)", .negative)
            #expect(refused.errors.contains("warning: \(file) is as it was"), "\(refused.errors)")
        }
        try await scan("a.example --fail-on critical --baseline \(file) --save \(fixture.path("other.json"))")
        #expect(fixture.exists("other.json"))
        fixture.scanner.willAnswer()
        let better = try await scan("a.example --baseline \(file)")
        #expect(better.text.contains("protocols.TLSv1.0.isOffered: yes -> no"))
    }

    @Test("the first of a series of runs has no baseline; where none is being made, a missing one is an error")
    func firstBaseline() async throws {
        let file = fixture.path("last.json")
        fixture.scanner.willAnswer { $0.protocols[2] = .prepared(.tls10, [0xC013]) }
        try await scan("a.example --baseline \(file)", .notFound)
        try await scan("a.example --baseline \(file) --save \(fixture.path("other.json"))", .notFound)
        let first = try await scan("a.example --baseline \(file) --save \(file)", .negative)
        #expect(first.errors.contains("every finding counts"))
        try await scan("a.example --baseline \(file) --save \(file)")
    }

    @Test("what was undecided before does not count again, what is undecided now does")
    func undecidedBaseline() async throws {
        let file = fixture.path("last.json")
        fixture.scanner.willAnswer { $0.sessions.earlyData = .unknown(Undecided(.timedOut, "")) }
        try await scan("a.example --fail-on critical --save \(file)", .environment)
        try await scan("a.example --fail-on critical --baseline \(file)")
        fixture.scanner.willAnswer { $0.sessions.resumesByTicket = .unknown(Undecided(.timedOut, "")) }
        try await scan("a.example --fail-on critical --baseline \(file)", .environment)
    }

    @Test("who interrupts gets what was done so far, and no new baseline")
    func interruption() async throws {
        let (isWaiting, waiting) = AsyncStream.makeStream(of: Void.self)
        fixture.scanner.beforeAnswer { endpoint in
            guard endpoint.host == "slow.example" else { return }
            waiting.yield()
            // Until the run is cancelled.
            for await _ in AsyncStream<Void>.makeStream().stream {}
        }
        let line = "a.example slow.example b.example --concurrency 1 --jsonl \(fixture.path("lines")) --save \(fixture.path("saved"))"
        let arguments = "tls scan \(trust) \(line)".split(separator: " ").map(String.init)
        let context = try fixture.silentContext("output")
        let run = Task { await CofferApplication.run(arguments, in: context) }
        for await _ in isWaiting { break }
        run.cancel()
        #expect(await run.value == .interrupted)
        #expect(try text("output").contains("interrupted: 1 of 3 targets were scanned"))
        #expect(try text("lines").contains("\"host\":\"a.example\""))
        #expect(!fixture.exists("saved"))
        #expect(fixture.scanner.asked.map(\.host) == ["a.example", "slow.example"])
    }

    @Test("options arrive where connections are made")
    func connectionOptions() async throws {
        try fixture.write("ann:secret\n", to: "proxy")
        try fixture.write(TestClient.certificatePEM, to: "client.pem")
        try fixture.write(TestClient.keyPEM, to: "client.key")
        let line = """
            a.example --fail-on critical --ipv6 --all-addresses --proxy http://proxy.example:8080 \
            --proxy-credentials \(fixture.path("proxy")) --client-cert \(fixture.path("client.pem")) \
            --client-key \(fixture.path("client.key")) --intrusive --max-connections 50 --parallel 2 --rate 1.5 --connect-timeout 2s --timeout 20s --target-timeout 5m
            """
        try await scan(line)
        let options = try #require(fixture.scanner.options)
        #expect(options.addressFamily == .ipv6 && options.allAddresses && options.isIntrusive)
        #expect(options.proxy == HTTPProxy(host: "proxy.example", port: 8080, authorization: "Basic YW5uOnNlY3JldA=="))
        #expect(options.clientCertificate?.chain == Array(TestClient.certificatePEM.utf8))
        #expect(options.clientCertificate?.key == Array(TestClient.keyPEM.utf8))
        #expect(options.maximumConnections == 50 && options.parallelConnections == 2 && options.rate == 1.5)
        #expect(options.connectTimeout == 2000 && options.answerTimeout == 20_000 && options.targetTimeout == 300_000)
        #expect(options.connectionTimeout == 20_000)
    }

    @Test("a client certificate that cannot be used is refused before anything is connected to")
    func clientCertificate() async throws {
        try fixture.write(TestClient.certificatePEM, to: "client.pem")
        try fixture.write("no key", to: "client.key")
        let line = "tls scan a.example --client-cert \(fixture.path("client.pem")) --client-key \(fixture.path("client.key"))"
        let outcome = try await fixture.expect(line, .usage)
        #expect(outcome.errors.contains("--client-cert and --client-key cannot be used"))
        try fixture.write(TestClient.otherKeyPEM, to: "client.key")
        #expect(try await fixture.expect(line, .usage).errors.contains("--client-cert and --client-key cannot be used"))
        #expect(fixture.scanner.asked.isEmpty)
    }

    @Test("a certificate counts as of the time that is given")
    func time() async throws {
        let text = try await scan("a.example --at 2027-01-02 --fail-on low", .negative).text
        #expect(text.contains("expired on 2026-12-31"))
        #expect(try await scan("a.example --at 2026-08-02 --fail-on medium").text.contains("until 2026-12-31, 151 days"))
    }

    @Test("without its authority a chain is not trusted")
    func trust() async throws {
        let outcome = try await fixture.run("tls scan a.example --no-system-trust --fail-on medium")
        #expect(outcome.status == .negative)
        #expect(outcome.text.contains("; not trusted"))
        fixture.environment["SSL_CERT_FILE"] = fixture.path("ca.pem")
        #expect(try await fixture.run("tls scan a.example --fail-on medium").text.contains("; trusted"))
        fixture.environment["SSL_CERT_FILE"] = fixture.path("none")
        let missing = try await fixture.expect("tls scan a.example", .notFound)
        #expect(missing.errors.contains("there are no authorities of this system\nhint: install ca-certificates"))
    }

    @Test(
        "what makes no sense is refused before anything is scanned",
        arguments: [
            ("", "name a target"), ("192.0.2.0/24", "is a range of addresses"), ("a.example --ipv4 --ipv6", "--ipv4 or --ipv6, not both"),
            ("a.example --concurrency 0", "--concurrency is a number from 1 to 1024"), ("a.example --rate 0", "--rate is a number above 0"),
            ("a.example --parallel 65", "--parallel is a number from 1 to 64"), ("a.example --max-connections 0", "--max-connections"),
            ("a.example --timeout 2h", "one hour at most"), ("a.example --client-cert x", "need each other"),
            ("a.example --proxy http://ann:secret@proxy.example", "--proxy: a password is not taken from the command line"),
            ("a.example --proxy socks5://proxy.example", "only proxies of http://"), ("a.example --starttls gopher", "gopher"),
            ("a.example --profile nobody", "there is no profile \"nobody\""), ("a.example --fail-on bad", "bad"),
            ("a.example --csv /tmp/same --cbom /tmp/same", "two results cannot go to one file"), ("a.example --at yesterday", "--at"),
        ])
    func refusals(line: String, message: String) async throws {
        let outcome = try await fixture.expect("tls scan \(trust) \(line)", .usage)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(fixture.scanner.asked.isEmpty)
    }

    @Test("an error in a list names its line")
    func listErrors() async throws {
        try fixture.write("a.example\nb.example:0\n", to: "hosts.txt")
        let outcome = try await fixture.expect("tls scan --targets \(fixture.path("hosts.txt"))", .usage)
        #expect(outcome.errors == "error: --targets: line 2: \"b.example:0\" has no port from 1 to 65535 behind its colon\n")
    }

    @Test("a report does not take the place of what is read")
    func sparing() async throws {
        let (ca, last) = (fixture.path("ca.pem"), fixture.path("last.json"))
        try await fixture.expect("tls scan a.example --ca \(ca) --csv \(ca)", .usage)
        try await scan("a.example --fail-on critical --save \(last)")
        let outcome = try await fixture.expect("tls scan \(trust) a.example --baseline \(last) --csv \(last)", .usage)
        #expect(outcome.errors.contains("is the baseline"))
        #expect(try text("ca.pem") == TestChain.authorityPEM)
    }
}
