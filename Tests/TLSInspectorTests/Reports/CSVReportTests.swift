import Findings
import Testing

@testable import TLSInspector

@Suite("Findings as a table")
struct CSVReportTests {
    private func text(_ judged: [JudgedScan]) throws -> String { String(decoding: try CSVReport().bytes(judged), as: UTF8.self) }

    @Test("each finding is a row, and an endpoint without any is one, too")
    func rows() throws {
        var incomplete = ReportSamples.scan(host: "c.example", tls10: .unknown(Undecided(.timedOut, "")))
        incomplete.endpoint.serverName = nil
        let judged = [
            ReportSamples.judged(
                ReportSamples.scan(port: 25, startTLS: .smtp), [ReportSamples.finding(evidence: [Evidence("a", "1"), Evidence("b", "2")])]),
            ReportSamples.judged(incomplete, grade: nil), ReportSamples.judged(ReportSamples.failed(), grade: nil),
        ]
        #expect(
            try text(judged)
                == """
                target,host,port,starttls,server_name,address,status,reason,grade,severity,finding,title,resource,\
                evidence,remediation,references
                example.com:25,example.com,25,smtp,example.com,192.0.2.1,complete,,A,medium,tls-old-version,It is old.,example.com:443,\
                a: 1; b: 2,turn it off,https://www.rfc-editor.org/rfc/rfc8996
                c.example:443,c.example,443,,,192.0.2.1,incomplete,,,,,,,,,
                down.example:443,down.example,443,,down.example,,failed,refused: nobody listens there,,,,,,,,

                """.replacing("\n", with: "\r\n"))
    }

    @Test(
        "no cell is a formula, and none breaks out of its cell",
        arguments: [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(1)", "'@SUM(1)"), ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""), ("＝1", "'＝1"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("two\r\nlines", "\"two\r\nlines\""), ("=a\",b", "\"'=a\"\",b\""), ("plain", "plain"),
        ])
    func cells(title: String, cell: String) throws {
        let text = try text([ReportSamples.judged(ReportSamples.scan(), [ReportSamples.finding(title: title)])])
        #expect(text.contains(",tls-old-version,\(cell),example.com:443,"), "\(text)")
    }

    @Test("every row has the cells of the first one")
    func width() throws {
        let judged = [
            ReportSamples.judged(ReportSamples.scan(), [ReportSamples.finding(), ReportSamples.finding("other")]),
            ReportSamples.judged(ReportSamples.failed()),
        ]
        let rows = try text(judged).split(separator: "\r\n")
        #expect(rows.count == 4)
        #expect(rows.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == CSVReport.columns.count })
    }
}
