import Findings
import Foundation
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Docs/TLS.md and the schema of profiles")
struct TLSDocumentationTests {
    /// Rows of the tables of findings: the id, the severity, what it means, why it matters, what to do.
    private static func rows() throws -> [[String]] {
        let text = try Repository.text(of: "Docs/TLS.md")
        return text.split(separator: "\n").filter { $0.hasPrefix("| `tls-") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
        }
    }

    @Test("every finding has one row in the guide, and every row is a finding")
    func ids() throws {
        let rows = try Self.rows()
        #expect(rows.map { $0[0] }.sorted() == TLSJudge.ruleIDs)
        #expect(rows.allSatisfy { $0.count == 5 && $0.allSatisfy { !$0.isEmpty } })
    }

    @Test("a row has the severity of its rule")
    func severities() throws {
        let rows = Dictionary(try Self.rows().map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
        for rule in JudgementRule.all {
            #expect(rows[rule.id]?.split(separator: ",").contains { $0.contains(rule.severity.rawValue) } == true, "\(rule.id)")
        }
    }

    @Test("ids are stable in form and each is there once")
    func form() {
        let ids = TLSJudge.ruleIDs
        #expect(Set(ids).count == ids.count)
        for id in ids { #expect(id.wholeMatch(of: /tls(-[a-z0-9]+)+/) != nil, "\(id)") }
        for rule in JudgementRule.all {
            #expect(rule.title.hasSuffix(".") && rule.title.first?.isUppercase == true, "\(rule.id)")
            #expect(rule.remedy == nil || rule.remedy?.summary.hasSuffix(".") == true, "\(rule.id)")
            #expect(rule.references.allSatisfy { $0.hasPrefix("https://") }, "\(rule.id)")
        }
    }

    @Test("what is worse than a note says what to do")
    func remedies() {
        for rule in JudgementRule.all where rule.severity > .info { #expect(rule.remedy != nil, "\(rule.id)") }
    }

    @Test("every rule is broken by a case of these tests")
    func coverage() {
        let cases =
            ProtocolRulesTests.cases + SuiteRulesTests.cases + AttackRulesTests.cases + FiniteFieldRulesTests.cases
            + KeyExchangeRulesTests.cases + ExtensionRulesTests.cases + ProbeRulesTests.cases + SessionRulesTests.cases
            + WebRulesTests.cases
            + CertificateRulesTests.cases + ChainRulesTests.cases + RevocationRulesTests.cases + ToleranceRulesTests.cases
            + EndpointRulesTests.cases
        let broken = Set((cases.flatMap(\.added) + JudgementCase.clean).compactMap { $0.split(separator: " ").first.map(String.init) })
        #expect(JudgementRule.all.map(\.id).filter { !broken.contains($0) } == [])
    }

    @Test("every profile is described in the guide")
    func profiles() throws {
        let text = try Repository.text(of: "Docs/TLS.md")
        for profile in Profile.embedded {
            for name in profile.aliases { #expect(text.contains("`\(name)`"), "\(name)") }
        }
    }

    @Test("the schema knows the limits, features and conditions of the program")
    func schema() throws {
        let data = try Data(contentsOf: Repository.url("Docs/Schemas/tls-profile.schema.json"))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: Any])
        func values(_ rule: String, _ member: String) throws -> [String] {
            let properties = try #require((definitions[rule] as? [String: Any])?["properties"] as? [String: Any])
            return try #require((properties[member] as? [String: Any])?["enum"] as? [String])
        }
        #expect(try values("LimitRule", "limit") == ProfileLimitRule.Limit.allCases.map(\.rawValue))
        #expect(try values("FeatureRule", "feature") == ProfileFeatureRule.Feature.allCases.map(\.rawValue))
        #expect(try values("FeatureRule", "when") == ProfileFeatureRule.Condition.allCases.map(\.rawValue))
        let version = try #require(definitions["Version"] as? [String: Any])
        #expect(version["enum"] as? [String] == ProtocolVersion.allCases.map(\.name))
    }
}
