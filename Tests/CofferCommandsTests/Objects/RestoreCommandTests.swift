import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer restore")
struct RestoreCommandTests {
    @Test("a prefix goes back to what it was, the dry run says how, and going back to the time before undoes it")
    func restore() async throws {
        let fixture = try await CommandFixture.withBucket()
        let first = try await fixture.put("1", as: "t/changed")
        try await fixture.put("gone", as: "t/deleted")
        try await fixture.put("same", as: "t/same")
        try await fixture.put("out", as: "u")
        let before = fixture.clock.time
        fixture.clock.pass(.days(1))
        try await fixture.put("2", as: "t/changed")
        try await fixture.expect("rm coffer://photos/t/deleted")
        try await fixture.put("new", as: "t/new")
        try await fixture.put("out 2", as: "u")
        let after = fixture.clock.time
        fixture.clock.pass(.days(1))

        let dry = try await fixture.expect("restore coffer://photos/t/ --at \(before) --dry-run")
        #expect(dry.text.contains("restored t/changed from version \(first)\n") && dry.text.contains("undeleted t/deleted from version "))
        #expect(dry.text.hasSuffix("deleted t/new\nwould be: 1 restored, 1 undeleted, 1 deleted, 1 unchanged\n"))
        #expect(try await fixture.content(of: "t/changed") == "2", "a dry run changes nothing")

        let lines = try await fixture.expect("restore coffer://photos/t/ --at \(before) --json").jsonLines
        #expect(lines.dropLast().map { $0["Change"] as? String } == ["Restored", "Undeleted", "Deleted"])
        #expect(
            lines.last as? [String: Int] == ["RestoredCount": 1, "UndeletedCount": 1, "DeletedCount": 1, "UnchangedCount": 1])
        #expect(try await fixture.keys() == ["t/changed", "t/deleted", "t/same", "u"])
        #expect(try await fixture.content(of: "t/changed") == "1")
        #expect(try await fixture.content(of: "t/deleted") == "gone")
        #expect(try await fixture.content(of: "u") == "out 2")
        #expect(
            try await fixture.expect("restore coffer://photos/t/ --at \(before)").text
                == "0 restored, 0 undeleted, 0 deleted, 4 unchanged\n")

        try await fixture.expect("restore coffer://photos/t/ --at \(after)")
        #expect(try await fixture.keys() == ["t/changed", "t/new", "t/same", "u"])
        #expect(try await fixture.content(of: "t/changed") == "2")
        try await fixture.expect("store check")
        try await fixture.expect("store scrub")
    }

    @Test("a bucket that keeps no versions has nothing to go back to")
    func unversioned() async throws {
        let fixture = try await CommandFixture.withBucket("")
        let error = try await fixture.expect("restore coffer://photos --at 2026-01-01 --json", .denied).error
        #expect(error["code"] as? String == "InvalidBucketState")
        try await fixture.expect("restore coffer://nobody --at 2026-01-01", .notFound)
        try await fixture.expect("restore coffer://photos --at yesterday", .usage)
    }
}
