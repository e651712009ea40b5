import Testing

@testable import TLSInspector

@Suite("Documents of scans")
struct ScanDocumentTests {
    private let scans = [
        ReportSamples.scan(host: "b.example"), ReportSamples.scan(host: "a.example", port: 8443), ReportSamples.scan(host: "a.example"),
        ReportSamples.failed(),
    ]

    @Test("what was written is read, and written again it is the same")
    func roundTrip() throws {
        let bytes = try ScanDocument(scans).bytes()
        let document = try ScanDocument(bytes)
        #expect(document.scans.map(\.endpoint.text) == ["a.example:443", "a.example:8443", "b.example:443", "down.example:443"])
        #expect(Set(document.scans) == Set(scans))
        #expect(try document.bytes() == bytes)
    }

    @Test("the order of scans makes no difference")
    func order() throws {
        #expect(try ScanDocument(scans.reversed()).bytes() == ScanDocument(scans).bytes())
    }

    @Test("the result of the command is read, too")
    func result() throws {
        let text = String(decoding: try ScanDocument(scans).bytes(), as: UTF8.self)
        let result = "{\"Findings\": [], " + text.dropFirst().replacing("\"scans\"", with: "\"Scans\"", maxReplacements: 1)
        #expect(Set(try ScanDocument(Array(result.utf8)).scans) == Set(scans))
    }

    @Test(
        "what is no document is refused with a reason",
        arguments: [
            ("", ReportError.Code.malformed, "the document is not what a scan writes"), ("[]", .malformed, "is of another type"),
            ("{}", .malformed, "it has no member \"scans\""), (#"{"scans": [{}]}"#, .malformed, ".scans[0] has no member \"schema\""),
            (#"{"scans": [{"schema": "coffer-tls-scan/2"}]}"#, .newerFormat, "\"coffer-tls-scan/2\""),
            (#"{"scans": [{"schema": "coffer-tls-scan/1"}]}"#, .malformed, "has no member \"endpoint\""),
            (String(repeating: "[", count: 100_000), .malformed, "the document is not what a scan writes"),
        ])
    func refusals(text: String, code: ReportError.Code, message: String) {
        let error = #expect(throws: ReportError.self) { try ScanDocument(Array(text.utf8)) }
        #expect(error?.code == code)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("a document that is too long is not even looked at")
    func limit() {
        let error = #expect(throws: ReportError.self) {
            try ScanDocument([UInt8](repeating: 0x20, count: ScanDocument.maximumByteCount + 1))
        }
        #expect(error?.code == .tooLarge)
    }

    @Test("undecided facts are named with their reasons")
    func undecided() throws {
        var scan = ReportSamples.scan(tls10: .unknown(Undecided(.timedOut, "no answer")))
        scan.sessions.earlyData = .unknown(Undecided(.budget, ""))
        let facts = try scan.undecidedFacts()
        #expect(facts.map(\.path) == ["protocols.TLSv1.0.isOffered", "sessions.earlyData"])
        #expect(facts.map { "\($0.reason)" } == ["timed-out: no answer", "budget"])
        #expect(try ReportSamples.scan().undecidedFacts().isEmpty)
        #expect(try ReportSamples.failed().undecidedFacts().map(\.path) == ["failure"])
    }

    @Test("a line holds the scan, its findings and its grade")
    func line() throws {
        let judged = ReportSamples.judged(ReportSamples.scan(), [ReportSamples.finding(title: "Two\nlines.")])
        let bytes = try ScanLine(judged).bytes()
        #expect(bytes.count { $0 == 0x0A } == 1)
        #expect(bytes.last == 0x0A)
        guard case .object(let members) = try ReportJSON.decode(JSONTree.self, bytes, upTo: bytes.count) else {
            Issue.record("no object")
            return
        }
        #expect(members["grade"] == .object(["letter": .string("A"), "reasons": .array([])]))
        #expect(members["undecided"] == .array([]))
        #expect(try members["scan"] == JSONTree(judged.scan))
        guard case .array(let findings)? = members["findings"], case .object(let finding)? = findings.first else {
            Issue.record("no findings")
            return
        }
        #expect(finding["id"] == .string("tls-old-version"))
        #expect(finding["title"] == .string("Two\nlines."))
    }
}
