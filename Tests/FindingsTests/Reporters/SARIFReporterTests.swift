import Findings
import Foundation
import Testing

/// What is required here is what SARIF 2.1.0 requires; sections are its.
@Suite("Findings as SARIF")
struct SARIFReporterTests {
    private func log(_ report: Report) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(SARIFReporter().render(report))) as? [String: Any])
    }

    private func run(_ report: Report) throws -> [String: Any] {
        try #require((log(report)["runs"] as? [[String: Any]])?.first)
    }

    private func driver(_ run: [String: Any]) throws -> [String: Any] {
        try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    }

    @Test("a log has a version, and one run with a tool (§3.13, §3.14, §3.19)")
    func envelope() throws {
        let log = try log(.sample)
        #expect(log["version"] as? String == "2.1.0")
        #expect((log["$schema"] as? String)?.hasSuffix("/sarif-schema-2.1.0.json") == true)
        #expect((log["runs"] as? [Any])?.count == 1)
        let run = try run(.sample)
        let driver = try driver(run)
        #expect(driver["name"] as? String == "coffer")
        #expect(driver["version"] as? String == "1.2.3")
        let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
        #expect(invocation["executionSuccessful"] as? Bool == true)
        #expect(invocation["endTimeUtc"] as? String == "2026-11-01T00:00:00Z")
    }

    @Test("each rule is there once, and results point at it (§3.27.6, §3.49)")
    func rules() throws {
        let run = try run(.sample)
        let rules = try #require(driver(run)["rules"] as? [[String: Any]])
        #expect(rules.map { $0["id"] as? String } == ["damaged-chunk", "missing-blob", "unreferenced-blob"])
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == 4)
        for result in results {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
        }
    }

    @Test("a rule says what all of its findings say, and no more")
    func sharedText() throws {
        let other = Finding(id: "missing-blob", severity: .low, resource: "x", title: "Another title", remediation: "another fix")
        let rules = try #require(driver(run(Report(of: [.missingBlob, other, .damagedChunk])))["rules"] as? [[String: Any]])
        #expect((rules[0]["help"] as? [String: String]) == ["text": "restore the version from another copy"])
        #expect((rules[0]["shortDescription"] as? [String: String]) == ["text": "A chunk does not authenticate."])
        #expect(rules[1]["help"] == nil)
        #expect(rules[1]["helpUri"] == nil)
        #expect((rules[1]["shortDescription"] as? [String: String]) == ["text": "missing blob"])
        #expect((rules[1]["properties"] as? [String: Any])?["security-severity"] as? String == "9.5")
    }

    @Test(
        "severities are levels, and scores as GitHub names them",
        arguments: [
            (Severity.critical, "error", 9.1...10.0), (.high, "error", 7.0...8.9), (.medium, "warning", 4.0...6.9),
            (.low, "note", 0.1...3.9),
            (.info, "note", 0.0...0.0),
        ])
    func levels(severity: Severity, level: String, scores: ClosedRange<Double>) throws {
        let result = try #require((run(Report(of: [.saying("x", severity: severity)]))["results"] as? [[String: Any]])?.first)
        #expect(result["level"] as? String == level)
        let score = try #require((result["properties"] as? [String: Any])?["security-severity"] as? String)
        #expect(try scores.contains(#require(Double(score))))
    }

    @Test("a place in a file is a physical location with a region of bytes, every resource a logical one (§3.28)")
    func locations() throws {
        let results = try #require(run(Report(of: [.damagedChunk, .missingBlob]))["results"] as? [[String: Any]])
        let expected: [NSDictionary] = [
            ["logicalLocations": [["fullyQualifiedName": "backups/2026/a.tar (version 3f2a)", "kind": "resource"]]],
            [
                "logicalLocations": [["fullyQualifiedName": "backups/b.tar (version 77aa)", "kind": "resource"]],
                "physicalLocation": [
                    "artifactLocation": ["uri": "file:///srv/store/objects/0a%201b"], "region": ["byteOffset": 4096, "byteLength": 65552],
                ],
            ],
        ]
        #expect(results.compactMap { ($0["locations"] as? [NSDictionary])?.first } == expected)
    }

    @Test("a finding has the same fingerprint in every report, and shares it with no other (§3.27.17)")
    func fingerprints() throws {
        func fingerprints(_ report: Report) throws -> [String] {
            try #require(run(report)["results"] as? [[String: Any]])
                .compactMap { ($0["partialFingerprints"] as? [String: String])?["cofferFinding/v1"] }
        }
        let all = try fingerprints(.sample)
        #expect(Set(all).count == 4)
        #expect(try fingerprints(Report(of: [.missingBlob], subject: "elsewhere")) == [all[0]])
    }

    @Test("a message is no template and has no links (§3.11.5, §3.11.6)")
    func messages() throws {
        let finding = Finding(
            id: "x", severity: .info, resource: "{0} [here](https://evil.example) a[3]\n", title: "Title", evidence: [Evidence("n", "v")],
            remediation: "fix it")
        let result = try #require((run(Report(of: [finding]))["results"] as? [[String: Any]])?.first)
        #expect(
            (result["message"] as? [String: String])?["text"] == #"""
                Title
                resource: {{0}} [here\](https://evil.example) a[3]\n
                n: v
                fix: fix it
                """#)
    }

    @Test("nothing found is a run with no results")
    func none() throws {
        let run = try run(Report(of: []))
        #expect((run["results"] as? [Any])?.isEmpty == true)
        #expect((try driver(run)["rules"] as? [Any])?.isEmpty == true)
    }

    @Test("the file of one finding")
    func golden() {
        #expect(
            text(SARIFReporter().render(Report(of: [.unreferencedBlob]))) == """
                {
                  "$schema" : "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
                  "runs" : [
                    {
                      "invocations" : [
                        {
                          "endTimeUtc" : "2026-11-01T00:00:00Z",
                          "executionSuccessful" : true
                        }
                      ],
                      "properties" : {
                        "subject" : "/srv/store"
                      },
                      "results" : [
                        {
                          "level" : "note",
                          "locations" : [
                            {
                              "logicalLocations" : [
                                {
                                  "fullyQualifiedName" : "objects/9d",
                                  "kind" : "resource"
                                }
                              ]
                            }
                          ],
                          "message" : {
                            "text" : "A blob belongs to no version.\\nresource: objects/9d"
                          },
                          "partialFingerprints" : {
                            "cofferFinding/v1" : "unreferenced-blob   objects/9d"
                          },
                          "properties" : {
                            "evidence" : [],
                            "references" : [],
                            "resource" : "objects/9d",
                            "security-severity" : "2.0",
                            "severity" : "low"
                          },
                          "ruleId" : "unreferenced-blob",
                          "ruleIndex" : 0
                        }
                      ],
                      "tool" : {
                        "driver" : {
                          "name" : "coffer",
                          "rules" : [
                            {
                              "defaultConfiguration" : {
                                "level" : "note"
                              },
                              "id" : "unreferenced-blob",
                              "properties" : {
                                "security-severity" : "2.0",
                                "tags" : [
                                  "security"
                                ]
                              },
                              "shortDescription" : {
                                "text" : "A blob belongs to no version."
                              }
                            }
                          ],
                          "version" : "1.2.3"
                        }
                      }
                    }
                  ],
                  "version" : "2.1.0"
                }

                """)
    }
}
