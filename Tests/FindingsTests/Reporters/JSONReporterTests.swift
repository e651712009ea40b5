import Findings
import Foundation
import Testing

@Suite("Findings as JSON")
struct JSONReporterTests {
    @Test("members are named and sorted as in all of --json")
    func golden() {
        let report = Report(of: [.damagedChunk])
        #expect(
            text(JSONReporter().render(report)) == """
                {
                  "Findings" : [
                    {
                      "Configurations" : [],
                      "Evidence" : [
                        {
                          "Name" : "chunk",
                          "Value" : "3"
                        }
                      ],
                      "Id" : "damaged-chunk",
                      "Location" : {
                        "ByteRange" : {
                          "End" : 69648,
                          "Start" : 4096
                        },
                        "Uri" : "file:///srv/store/objects/0a%201b"
                      },
                      "References" : [],
                      "Remediation" : "restore the version from another copy",
                      "Resource" : "backups/b.tar (version 77aa)",
                      "Severity" : "high",
                      "Title" : "A chunk does not authenticate."
                    }
                  ],
                  "Subject" : "/srv/store",
                  "Summary" : {
                    "Critical" : 0,
                    "High" : 1,
                    "Info" : 0,
                    "Low" : 0,
                    "Medium" : 0,
                    "Total" : 1
                  },
                  "Time" : "2026-11-01T00:00:00Z",
                  "Tool" : {
                    "Name" : "coffer",
                    "Version" : "1.2.3"
                  }
                }

                """)
    }

    static let reports = [Report.sample, Report(of: [])] + HostileText.all.map { Report(of: [.saying($0.text)], subject: $0.text) }

    @Test("every report follows the schema, and the schema has nothing that no report has", arguments: reports)
    func schema(report: Report) throws {
        let value = try JSONSerialization.jsonObject(with: Data(JSONReporter().render(report)))
        #expect(try SchemaCheck(file: "findings.schema.json").problems(value) == [])
    }

    @Test("as part of a command's result a report has the same members", arguments: reports)
    func encodable(report: Report) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .custom { path in MemberName(stringValue: path[path.count - 1].stringValue) }
        let encoded = try #require(JSONSerialization.jsonObject(with: encoder.encode(report)) as? NSDictionary)
        let rendered = try JSONSerialization.jsonObject(with: Data(JSONReporter().render(report))) as? NSDictionary
        #expect(encoded == rendered)
    }

    @Test("text is there as it was", arguments: HostileText.all)
    func exact(hostile: HostileText) throws {
        let value =
            try JSONSerialization.jsonObject(with: Data(JSONReporter().render(Report(of: [.saying(hostile.text)])))) as? [String: Any]
        let finding = try #require((value?["Findings"] as? [[String: Any]])?.first)
        for member in ["Id", "Resource", "Title", "Remediation"] {
            #expect((finding[member] as? String).map { Array($0.utf8) } == Array(hostile.text.utf8))
        }
    }

    @Test("numbers of 64 bits are whole")
    func numbers() {
        let location = FindingLocation(path: "x", byteRange: 0..<UInt64.max)
        let finding = Finding(id: "x", severity: .info, resource: "x", title: "x", location: location)
        #expect(text(JSONReporter().render(Report(of: [finding]))).contains("\"End\" : 18446744073709551615"))
        #expect(text(SARIFReporter().render(Report(of: [finding]))).contains("\"byteLength\" : 18446744073709551615"))
    }

    /// As the command names members.
    private struct MemberName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue.prefix(1).uppercased() + stringValue.dropFirst() }
        init?(intValue: Int) { nil }
    }
}
