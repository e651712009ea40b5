import AuditTrail
import Foundation
import OpenSSL
import TestSupport
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
        let accepted = try await fixture.expect("audit accept --json").json
        #expect(accepted["Accepted"] as? Bool == true && accepted["DamagedTrail"] == nil, "\(accepted)")
        try await fixture.expect("key rotate k")
        try await fixture.expect("audit verify")
        #expect(try await fixture.expect("audit list --event-name AcceptAuditTrail --json").text.contains("anchoredHash"))
    }

    @Test("a sound trail has nothing to accept, and no event says that it was")
    func nothingToAccept() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create")
        let trail = try fixture.read("home/audit.log")
        #expect(try await fixture.expect("audit accept").text.hasPrefix("nothing to accept: "))
        #expect(try await fixture.expect("audit accept --json").json["Accepted"] as? Bool == false)
        #expect(try fixture.read("home/audit.log") == trail)
    }

    @Test("with a damaged end nothing is done; accepting keeps it as evidence, and goes on from the last authentic event")
    func damagedEnd() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let sealed = try await fixture.expect("encrypt -k k", input: [9]).bytes
        let sound = try fixture.read("home/audit.log")
        let damaged = Array(sound.dropLast(9)) + Array("\n".utf8)
        try fixture.write(damaged, to: "home/audit.log")
        let refused = try await fixture.run("decrypt", input: sealed)
        #expect(refused.status == .environment && refused.errors.contains("coffer audit accept"), "\(refused.errors)")
        #expect(try await fixture.run("doctor").text.contains("`coffer audit accept`"))
        let accepted = try await fixture.expect("audit accept --json").json
        let kept = try #require(accepted["DamagedTrail"] as? String)
        let eventCount = sound.count { $0 == UInt8(ascii: "\n") } - 1
        #expect(accepted["EventCount"] as? Int == eventCount - 1 && accepted["RemovedLineCount"] as? Int == 1, "\(accepted)")
        #expect(accepted["Problem"] as? String != nil)
        #expect(kept.hasPrefix(fixture.path("home/audit.log.damaged-20")))
        #expect(FileManager.default.contents(atPath: kept).map(Array.init) == damaged)
        #expect(try await fixture.expect("decrypt", input: sealed).bytes == [9])
        #expect(try await fixture.expect("audit verify").text.contains("all as they were recorded"))
        let event = try await fixture.expect("audit list --event-name AcceptAuditTrail --json").text
        #expect(event.contains("damagedTrailSHA256") && event.contains(String(kept.suffix(30))), "\(event)")
        // What is kept hinders nothing, and is no finding.
        #expect(try await fixture.run("doctor --json").text.contains("audit.log.damaged") == false)
    }

    @Test("what one repair kept stays when there is another in the same second")
    func sameSecond() async throws {
        let fixture = try await CommandFixture.withStore()
        var kept: [String] = []
        for _ in 0..<2 {
            try await fixture.expect("key create")
            try fixture.write(Array(try fixture.read("home/audit.log").dropLast(9)) + Array("\n".utf8), to: "home/audit.log")
            kept.append(try #require(try await fixture.expect("audit accept --json").json["DamagedTrail"] as? String))
        }
        #expect(kept[1] == kept[0] + "-2" && kept.allSatisfy { FileManager.default.fileExists(atPath: $0) }, "\(kept)")
        #expect(try await fixture.expect("audit verify").text.contains("2 times others were lost or taken out"))
    }

    @Test("a trail that was changed in the middle goes on from before that, and all that there was is kept")
    func damagedMiddle() async throws {
        let fixture = try await CommandFixture.withStore()
        for _ in 0..<3 { try await fixture.expect("key create") }
        let trail = String(decoding: try fixture.read("home/audit.log"), as: UTF8.self)
        try fixture.write(trail.replacing("CreateKey", with: "DeleteKey", maxReplacements: 1), to: "home/audit.log")
        let count = trail.count { $0 == "\n" } - 1
        let text = try await fixture.expect("audit accept").text
        #expect(text.hasPrefix("the audit trail goes on after "), "\(text)")
        let verified = try await fixture.expect("audit verify").text
        #expect(verified.contains("1 time others were lost or taken out"), "\(verified)")
        let kept = try #require(text.split(separator: " ").last?.dropLast())
        let bytes = try #require(FileManager.default.contents(atPath: String(kept)))
        #expect(String(decoding: bytes, as: UTF8.self) == trail.replacing("CreateKey", with: "DeleteKey", maxReplacements: 1))
        let event = try await fixture.expect("audit list --event-name AcceptAuditTrail --json").text
        #expect(event.contains(try Digest.hash(.sha256, [UInt8](bytes).span.bytes).hex), "\(event)")
        // One that is left, and one for the acceptance; the second, the one that was changed, is behind.
        let left = try await fixture.expect("audit verify --json").json["EventCount"] as? Int
        #expect(left.map { text.contains("after \($0 - 1) event; \(count - $0 + 1) lines taken out of it\n") } == true, "\(text)")
        #expect(try await fixture.expect("audit list --event-name CreateKey").text.split(separator: "\n").count == 1)
        try await fixture.expect("key create")
    }

    @Test("a file that is not there, or is none, is told apart from a trail", arguments: ["list", "verify"])
    func noFile(command: String) async throws {
        let fixture = try await CommandFixture.withStore()
        let missing = try await fixture.expect("audit \(command) \(fixture.path("nothing"))", .notFound)
        #expect(missing.errors.contains("No such file"))
        try await fixture.expect("audit \(command) \(fixture.path("home"))", .usage)
        try await fixture.expect("audit \(command) \(fixture.path("home/audit.log/x"))", .environment)
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

@Suite("coffer audit export")
struct AuditExportTests {
    /// A store with some events, a key that signs, and `trail` with its note, beside the public key `audit.pem`.
    private static func fixture() async throws -> CommandFixture {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias audit-key --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY")
        for _ in 0..<3 { try await fixture.expect("key create") }
        try await fixture.expect("audit export -o \(fixture.path("trail")) --sign-with audit-key")
        try await fixture.expect("key public audit-key --out \(fixture.path("audit.pem"))")
        return fixture
    }

    private static func verify(_ fixture: CommandFixture, _ rest: String = "") -> String {
        "audit verify \(fixture.path("trail")) --public-key \(fixture.path("audit.pem"))\(rest)"
    }

    @Test("an exported trail is verified without the store, and with it by any of its keys")
    func verified() async throws {
        let fixture = try await Self.fixture()
        let trail = try fixture.read("trail")
        #expect(try fixture.read("home/audit.log").count > trail.count, "the signature is an event of its own")
        let count = trail.count { $0 == UInt8(ascii: "\n") } - 1
        try await fixture.expect("audit verify \(fixture.path("trail"))")
        fixture.environment["COFFER_HOME"] = fixture.path("elsewhere")
        let outcome = try await fixture.expect(Self.verify(fixture))
        #expect(outcome.text.hasPrefix("\(count) events, all as they were recorded; exported at 20"), "\(outcome.text)")
        let json = try await fixture.expect(Self.verify(fixture, " --json")).json
        #expect(json["EventCount"] as? Int == count && json["AuthenticatedCount"] as? Int == count && json["Time"] as? String != nil)
        let listed = try await fixture.expect("audit list \(fixture.path("trail")) --event-name CreateKey --json").json
        #expect((listed["Events"] as? [Any])?.count == 4)
        try await fixture.expect("audit verify \(fixture.path("trail"))", .denied)
        #expect(!fixture.exists("elsewhere"))
    }

    @Test("what is done later is in the next export, and an export is not replaced unasked")
    func again() async throws {
        let fixture = try await Self.fixture()
        let before = try fixture.read("trail")
        let export = "audit export -o \(fixture.path("trail")) --sign-with audit-key"
        let refused = try await fixture.expect(export, .denied)
        #expect(refused.errors.contains("exists already") && refused.errors.contains("--force"))
        let result = try await fixture.expect("\(export) --force --json").json
        let after = try fixture.read("trail")
        #expect(after.count > before.count && after.dropFirst(204).starts(with: before.dropFirst(204)))
        #expect(result["EventCount"] as? Int == after.count { $0 == UInt8(ascii: "\n") } - 1)
        try await fixture.expect(Self.verify(fixture))
    }

    @Test("whatever is changed in a trail or its note is found, and where", arguments: AuditDamage.all)
    func damage(damage: AuditDamage) async throws {
        let fixture = try await Self.fixture()
        var (trail, note) = (
            String(decoding: try fixture.read("trail"), as: UTF8.self), String(decoding: try fixture.read("trail.note"), as: UTF8.self)
        )
        damage.change(&trail, &note)
        try fixture.write(trail, to: "trail")
        try fixture.write(note, to: "trail.note")
        let outcome = try await fixture.run(Self.verify(fixture))
        #expect(outcome.status == damage.status && outcome.bytes.isEmpty, "\(outcome.status): \(outcome.errors)")
        #expect(outcome.errors.contains(damage.says), "\(outcome.errors)")
    }

    @Test("a trail that is not what was recorded is not exported")
    func unsound() async throws {
        let fixture = try await Self.fixture()
        let trail = String(decoding: try fixture.read("home/audit.log"), as: UTF8.self)
        try fixture.write(trail.replacing("CreateKey", with: "DeleteKey", maxReplacements: 1), to: "home/audit.log")
        let outcome = try await fixture.run("audit export -o \(fixture.path("other")) --sign-with audit-key")
        #expect(outcome.status == .damaged && outcome.errors.contains("its content does not have its hash"), "\(outcome.errors)")
        #expect(!fixture.exists("other") && !fixture.exists("other.note"))
    }

    @Test("a note that was signed for something else is refused: another export, a manifest, another text of the key")
    func swapped() async throws {
        let fixture = try await Self.fixture()
        try await fixture.expect("audit export -o \(fixture.path("later")) --sign-with audit-key")
        let pem = "--public-key \(fixture.path("audit.pem"))"
        let newer = try await fixture.run("audit verify \(fixture.path("later")) --note \(fixture.path("trail.note")) \(pem)")
        #expect(newer.status == .damaged && newer.errors.contains("and its note was signed for"), "\(newer.errors)")
        let older = try await fixture.run("\(Self.verify(fixture)) --note \(fixture.path("later.note"))")
        #expect(older.status == .damaged && older.errors.contains("and its note was signed for"), "\(older.errors)")

        try FileManager.default.createDirectory(atPath: fixture.path("in"), withIntermediateDirectories: false)
        try fixture.write("x", to: "in/x")
        try await fixture.expect("manifest create \(fixture.path("in")) -o \(fixture.path("m")) --sign-with audit-key")
        let manifest = String(decoding: try fixture.read("m"), as: UTF8.self)
        let note = try #require(manifest.range(of: "coffer-manifest/", options: .backwards).map { manifest[$0.lowerBound...] })
        let end = try #require(note.range(of: "\n\n\u{2014} ").flatMap { note[$0.upperBound...].firstIndex(of: "\n") })
        try fixture.write(String(note[...end]), to: "m.note")
        let foreign = try await fixture.run("\(Self.verify(fixture)) --note \(fixture.path("m.note"))")
        #expect(foreign.status == .damaged && foreign.errors.contains("does not begin with coffer-audit-trail/1"), "\(foreign.errors)")
    }

    @Test("a statement with the right digest and another position is refused", arguments: ["sequence", "hash"])
    func otherPosition(member: String) async throws {
        let fixture = try await Self.fixture()
        let note = String(decoding: try fixture.read("trail.note"), as: UTF8.self)
        let lines = try #require(note.range(of: "\n\n")).lowerBound
        let text = note[..<lines].split(separator: "\n").map { line in
            line.hasPrefix("\(member) ") ? "\(member) \(member == "hash" ? String(repeating: "0", count: 64) : "1")" : String(line)
        }
        let signed = try #require(
            try await fixture.expect(
                "kms sign --key-id alias/audit-key --message - --signing-algorithm ED25519_SHA_512 --json",
                input: Array((text.joined(separator: "\n") + "\n").utf8)
            ).json["Signature"] as? String)
        let signature = try #require(note.split(separator: "\n").last)
        let words = signature.split(separator: " ")
        let keyID = try #require(Data(base64Encoded: String(words[2]))?.prefix(4))
        let blob = (keyID + (try #require(Data(base64Encoded: signed)))).base64EncodedString()
        try fixture.write("\(text.joined(separator: "\n"))\n\n\(words[0]) \(words[1]) \(blob)\n", to: "trail.note")
        let outcome = try await fixture.run(Self.verify(fixture))
        #expect(outcome.status == .damaged, "\(outcome.status): \(outcome.errors)")
        let says = member == "hash" ? "its bytes are not those that were signed" : "its note was signed for 1\n"
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }

    @Test("a note that was kept shows that store and trail were both put back")
    func putBack() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias audit-key --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY")
        try await fixture.expect("key public audit-key --out \(fixture.path("audit.pem"))")
        try FileManager.default.copyItem(atPath: fixture.path("home"), toPath: fixture.path("yesterday"))
        try await fixture.expect("key create")
        try await fixture.expect("audit export -o \(fixture.path("trail")) --sign-with audit-key")
        let line = "audit verify --note \(fixture.path("trail.note")) --public-key \(fixture.path("audit.pem"))"
        try await fixture.expect("key create")
        #expect(try await fixture.expect(line).text.contains("; they go on from the export of 20"))
        try FileManager.default.removeItem(atPath: fixture.path("home"))
        try FileManager.default.moveItem(atPath: fixture.path("yesterday"), toPath: fixture.path("home"))
        try await fixture.expect("audit verify")
        for _ in 0..<4 {
            let outcome = try await fixture.run(line)
            #expect(outcome.status == .damaged && outcome.errors.contains("put back to an earlier copy"), "\(outcome.errors)")
            try await fixture.expect("key create")
        }
    }

    @Test("events that nothing vouches for are not signed")
    func unattested() async throws {
        let fixture = try await Self.fixture()
        let trail = try AuditTrail(path: fixture.path("home/audit.log"))
        let anybody = AuditPrincipal(principalID: "", arn: "", accountID: "", userName: "")
        try trail.append(
            AuditEvent(eventTime: 0, eventSource: "coffer", eventName: "Forged", principal: anybody, requestID: "", eventID: ""))
        let copy = try trail.copy(verifyingAgainst: nil) { _ in }
        #expect(copy.verification.firstProblem == nil)
        let error = #expect(throws: CommandError.self) { try copy.requireAttested() }
        #expect(error?.code == .auditUnattested && error?.status == .environment)
    }

    @Test("nothing is left of an export whose trail could not get its name; what stands behind a link is verified")
    func links() async throws {
        let fixture = try await Self.fixture()
        try FileManager.default.createSymbolicLink(atPath: fixture.path("dangling"), withDestinationPath: "nowhere")
        try await fixture.expect("audit export -o \(fixture.path("dangling")) --sign-with audit-key", .denied)
        #expect(!fixture.exists("dangling.note") && !fixture.exists("nowhere"))
        try FileManager.default.createSymbolicLink(atPath: fixture.path("link"), withDestinationPath: "trail")
        try await fixture.expect("audit verify \(fixture.path("link")) --note \(fixture.path("trail.note"))")
        try await fixture.expect("audit verify \(fixture.path("home")) --note \(fixture.path("trail.note"))", .usage)
    }

    @Test("what cannot be done is refused before anybody is asked for a passphrase")
    func usage() async throws {
        let fixture = try await Self.fixture()
        try await fixture.expect("audit export -o - --sign-with audit-key", .usage)
        try await fixture.expect("audit export -o \(fixture.path("new"))", .usage)
        try await fixture.expect("audit verify --public-key \(fixture.path("audit.pem"))", .usage)
        try await fixture.expect("audit verify \(fixture.path("nothing"))", .notFound)
        try await fixture.expect("\(Self.verify(fixture)) --note \(fixture.path("nothing"))", .notFound)
        try await fixture.expect("key create --alias other")
        let outcome = try await fixture.expect("audit export -o \(fixture.path("new")) --sign-with other", .usage)
        #expect(outcome.errors.contains("ECC_NIST_EDWARDS25519") && !fixture.exists("new"))
    }
}

/// Something done to an exported trail or its note.
struct AuditDamage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let status: ExitStatus
    let says: String
    let change: @Sendable (_ trail: inout String, _ note: inout String) -> Void

    static let all: [AuditDamage] = [
        AuditDamage(testDescription: "an event", status: .damaged, says: ": changed: its content does not have its hash") { trail, _ in
            trail = trail.replacing("\"CreateKey\"", with: "\"DeleteKey\"", maxReplacements: 1)
        },
        AuditDamage(testDescription: "a MAC, which no hash covers", status: .damaged, says: "its bytes are not those that were signed") {
            trail, _ in
            // That of the first event which has one.
            guard let start = trail.dropFirst(204).range(of: "\"mac\":\"")?.upperBound else { return }
            trail.replaceSubrange(start...start, with: trail[start] == "0" ? "1" : "0")
        },
        AuditDamage(testDescription: "a line is gone", status: .damaged, says: "event 2: missing") { trail, _ in
            trail = trail.split(separator: "\n").enumerated().filter { $0.offset != 2 }.map { $0.element + "\n" }.joined()
        },
        AuditDamage(testDescription: "the last line is gone", status: .damaged, says: "truncated") { trail, _ in
            trail = trail.split(separator: "\n").dropLast().map { $0 + "\n" }.joined()
        },
        AuditDamage(testDescription: "the file ends early", status: .damaged, says: "truncated") { trail, _ in trail.removeLast() },
        AuditDamage(testDescription: "something follows", status: .damaged, says: "its bytes are not those") { trail, _ in trail += "{" },
        AuditDamage(testDescription: "the note's number", status: .denied, says: "do not trust it") { _, note in
            note = note.replacing("sequence ", with: "sequence 1", maxReplacements: 1)
        },
        AuditDamage(testDescription: "the note's signature is gone", status: .denied, says: "not signed") { _, note in
            note = note.split(separator: "\n\n").first.map { $0 + "\n\n" } ?? ""
        },
        AuditDamage(testDescription: "another line of the note", status: .denied, says: "do not trust it") { _, note in
            note = note.replacing("tool coffer/", with: "tool Coffer/", maxReplacements: 1)
        },
        AuditDamage(testDescription: "the note is no note", status: .damaged, says: "cannot be read") { _, note in note = "?" },
    ]
}
