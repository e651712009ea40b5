import Foundation
import Testing

@testable import CofferCommands

@Suite("coffer audit")
struct AuditCommandTests {
    @Test("events are listed newest first, filtered by name and by key")
    func listing() async throws {
        let fixture = try await CommandFixture.withStore()
        let first = try await fixture.expect("key create --alias one").line
        try await fixture.expect("key create --alias two")
        try await fixture.expect("key disable two")
        let all = try await fixture.expect("audit list --json").json["Events"] as? [[String: Any]]
        #expect(all?.last?["eventName"] as? String == "InitializeStore")
        let created = try await fixture.expect("audit list --event-name CreateKey --json").json["Events"] as? [[String: Any]]
        #expect(created?.count == 2)
        for key in [first, "one", String(first.split(separator: "/").last ?? "")] {
            let events = try await fixture.expect("audit list --key \(key) --json").json["Events"] as? [[String: Any]]
            #expect(events?.contains { $0["eventName"] as? String == "DisableKey" } == false)
            #expect(events?.contains { $0["eventName"] as? String == "CreateKey" } == true)
        }
        #expect(try await fixture.expect("audit list --last 1").text.split(separator: "\n").count == 2)
        try await fixture.expect("audit list --last 0", .usage)
    }

    @Test("a period holds the events of its first and its last second, and --since alone shows all of them")
    func period() async throws {
        let fixture = try await CommandFixture.withStore()
        for _ in 0..<25 { try await fixture.expect("key create") }
        #expect(try await fixture.expect("audit list").text.split(separator: "\n").count == 21)
        #expect(try await fixture.expect("audit list --since 1d --event-name CreateKey").text.split(separator: "\n").count == 26)
        #expect(try await fixture.expect("audit list --since 1d --last 3").text.split(separator: "\n").count == 4)

        let events = try #require(try await fixture.expect("audit list --last 1 --json").json["Events"] as? [[String: Any]])
        let second = try #require(events[0]["eventTime"] as? String).prefix(19) + "Z"
        let then = try await fixture.expect("audit list --since \(second) --until \(second)")
        #expect(then.text.split(separator: "\n").count > 1, "the heading and that event")
        #expect(try await fixture.expect("audit list --until 2000-01-01").text.split(separator: "\n").count == 1)
        let day = second.prefix(10)
        #expect(try await fixture.expect("audit list --since \(day) --until \(day)T23:59Z").text.split(separator: "\n").count > 20)
        try await fixture.expect("audit list --since \(day) --until \(day)", .usage)
        for line in ["--since yesterday", "--since 2026-11-02 --until 2026-11-01", "--until 3"] {
            try await fixture.expect("audit list \(line)", .usage)
        }
    }

    @Test("where no event fits, the names that are on record are told")
    func noSuchEvent() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create")
        let outcome = try await fixture.expect("audit list --event-name decrypt")
        #expect(outcome.text.split(separator: "\n").count == 1)
        #expect(outcome.errors.hasPrefix("no event fits; on record are ") && outcome.errors.contains("CreateKey, "), "\(outcome.errors)")
    }

    @Test("a trail that was replaced, and has as many events again, is told from the one it was; nothing is changed until it is accepted")
    func replaced() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let sealed = try await fixture.expect("encrypt -k k", input: [9]).bytes
        let old = try fixture.read("home/audit.log")
        try await fixture.expect("key rotate k")
        try fixture.write(String(decoding: old, as: UTF8.self), to: "home/audit.log")
        let behind = try await fixture.expect("decrypt", input: sealed)
        #expect(behind.errors.contains("warning: the audit trail ends before event"), "\(behind.errors)")
        for _ in 0..<5 { try await fixture.expect("decrypt", input: sealed) }
        for line in ["key rotate k", "key create"] {
            let refused = try await fixture.expect(line, .environment)
            #expect(refused.errors.contains("is not the one that this store had recorded"), "\(refused.errors)")
        }
        #expect(try await fixture.run("audit verify").status == .damaged)
        try await fixture.expect("audit accept")
        try await fixture.expect("key rotate k")
        try await fixture.expect("audit verify")
        #expect(try await fixture.expect("audit list --event-name AcceptAuditTrail --json").text.contains("anchoredHash"))
    }

    @Test("a refused operation is listed with its error")
    func refusals() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        try await fixture.expect("key disable k")
        try await fixture.expect("kms encrypt --key-id k --plaintext -", .denied, input: [1])
        #expect(try await fixture.expect("audit list --last 1").text.contains("DisabledException"))
    }

    @Test("a changed, a removed and a cut event are found: exit status 5 and the place", arguments: ["changed", "removed", "cut"])
    func damage(kind: String) async throws {
        let fixture = try await CommandFixture.withStore()
        for _ in 0..<3 { try await fixture.expect("key create") }
        var lines = try String(decoding: fixture.read("home/audit.log"), as: UTF8.self).split(separator: "\n").map(String.init)
        switch kind {
        case "changed": lines[2] = lines[2].replacing("CreateKey", with: "DeleteKey")
        case "removed": lines.remove(at: 2)
        default: lines.removeLast(2)
        }
        try fixture.write(lines.joined(separator: "\n") + "\n", to: "home/audit.log")
        let outcome = try await fixture.run("audit verify")
        #expect(outcome.status == .damaged, "\(outcome.errors)")
        #expect(outcome.bytes.isEmpty && outcome.errors.hasPrefix("error: "))
    }
}
