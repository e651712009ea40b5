import Foundation
import TestSupport
import Testing

@testable import CofferCommands

@Suite("Topics of help")
struct HelpTopicTests {
    @Test("each is shown as it is, on stdout", arguments: HelpTopic.allCases)
    func topics(topic: HelpTopic) async throws {
        let outcome = try await CommandFixture().expect("help \(topic.rawValue)")
        #expect(outcome.text == topic.text + "\n" && outcome.errors.isEmpty)
        let json = try await CommandFixture().expect("help \(topic.rawValue) --json").json
        #expect(json["Subject"] as? String == topic.rawValue && json["Text"] as? String == topic.text + "\n")
    }

    @Test("`help` alone is the help of coffer, and lists the topics")
    func list() async throws {
        let fixture = try CommandFixture()
        let text = try await fixture.expect("help").text
        for topic in HelpTopic.allCases { #expect(text.contains("\n  \(topic.rawValue) ") && text.contains(topic.abstract)) }
        #expect(try await fixture.expect("--help").text == text)
    }

    private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: Repository.url(path).path) }

    @Test("files of Docs that topics name are there", arguments: HelpTopic.allCases)
    func documents(topic: HelpTopic) throws {
        let docs = topic.text.matches(of: /Docs\/[A-Za-z]+(\/[A-Za-z]+)?(\.md)?/).map { String($0.0) }
        #expect(!docs.isEmpty)
        for path in docs { #expect(Self.isThere(path), "\(path)") }
    }
}
