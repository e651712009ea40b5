import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer ls")
struct ListingCommandTests {
    let fixture: CommandFixture

    init() async throws { fixture = try await CommandFixture.withBucket() }

    private func ls(_ line: String, _ location: SourceLocation = #_sourceLocation) async throws -> [String] {
        try await fixture.expect("ls \(line)", sourceLocation: location).text.split(separator: "\n").map {
            String($0.split(separator: " ").last ?? "")
        }
    }

    @Test("what lies below the next slash is a prefix, unless everything is asked for")
    func levels() async throws {
        for key in ["a", "b/1", "b/2", "b0", "c/d/e"] { try await fixture.put("xyz", as: key) }
        #expect(try await ls("coffer://photos") == ["a", "b/", "b0", "c/"])
        #expect(try await ls("coffer://photos/b/") == ["b/1", "b/2"])
        #expect(try await ls("coffer://photos/b") == ["b/", "b0"])
        #expect(try await ls("--recursive coffer://photos") == ["a", "b/1", "b/2", "b0", "c/d/e"])
        #expect(try await ls("coffer://photos/nothing").isEmpty)
        let lines = try await fixture.expect("ls coffer://photos --json").jsonLines
        #expect(lines.compactMap { $0["Prefix"] as? String } == ["b/", "c/"])
        let entry = try #require(lines.first)
        #expect(entry["Key"] as? String == "a" && entry["Size"] as? Int == 3)
        #expect((entry["ETag"] as? String)?.hasPrefix("\"") == true && entry["LastModified"] is String)
        try await fixture.expect("ls coffer://nobody", .notFound)
    }

    @Test("versions and delete markers are shown, newest first, and what was current at a time")
    func versions() async throws {
        let first = try await fixture.put("1", as: "a")
        let time = fixture.clock.time
        fixture.clock.pass(.days(1))
        let second = try await fixture.put("22", as: "a")
        try await fixture.expect("rm coffer://photos/a")
        #expect(try await ls("coffer://photos/").isEmpty)
        let lines = try await fixture.expect("ls --versions coffer://photos/").text.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].contains("  deleted  a") && lines[1].contains(second) && lines[2].contains(first))
        let entries = try await fixture.expect("ls --versions coffer://photos/ --json").jsonLines
        #expect(entries.map { $0["IsLatest"] as? Bool } == [true, false, false])
        #expect(entries.map { $0["IsDeleteMarker"] as? Bool } == [true, nil, nil])
        let then = try await fixture.expect("ls --at \(time) coffer://photos/ --json").jsonLines
        #expect(then.count == 1 && then[0]["VersionId"] as? String == first && then[0]["Size"] as? Int == 1)
        #expect(try await fixture.expect("ls --at \(time) --versions coffer://photos/").text.contains(first))
        #expect(try await ls("--at 2001-01-01 coffer://photos/").isEmpty)
    }

    @Test("a listing is whole, however many pages S3 would need, also behind a common prefix")
    func pages() async throws {
        try fixture.makeFolder("src/p")
        // The thousandth entry of a listing with a delimiter is a common prefix with keys behind it.
        for number in 0..<999 { try fixture.write("", to: "src/a\(String(format: "%04d", number))") }
        for name in ["p/1", "p/2", "q", "r"] { try fixture.write(name, to: "src/\(name)") }
        for number in 0..<100 { try fixture.write("", to: "src/p/x\(number)") }
        try await fixture.expect("cp --recursive --quiet \(fixture.path("src")) coffer://photos/")
        let time = fixture.clock.time
        for options in ["", "--versions ", "--at \(time) "] {
            let names = try await ls("\(options)coffer://photos/")
            #expect(names.count == 1002 && names.suffix(3) == ["p/", "q", "r"], "\(options): \(names.count) \(names.suffix(4))")
            #expect(try await ls("--recursive \(options)coffer://photos/").count == 1103)
        }
        let page = try await fixture.expect("object list --bucket photos --delimiter / --json").json
        #expect(page["IsTruncated"] as? Bool == true && page["KeyCount"] as? Int == 1000)
        let token = try #require(page["NextContinuationToken"] as? String)
        let next = try await fixture.expect("object list --bucket photos --delimiter / --continuation-token \(token) --json").json
        #expect((next["Contents"] as? [[String: Any]])?.compactMap { $0["Key"] as? String } == ["q", "r"])
        #expect(next["IsTruncated"] as? Bool == false && next["CommonPrefixes"] == nil)
        #expect(try await fixture.expect("rm --recursive coffer://photos/").errors.hasSuffix("1103 deleted\n"))
        #expect(try await fixture.expect("rm --recursive --all-versions coffer://photos/").errors.hasSuffix("2206 deleted for good\n"))
        try await fixture.expect("bucket delete photos")
        try await fixture.expect("store check")
    }

    @Test("what a terminal would obey is not written to one as it is")
    func hostileNames() async throws {
        try await fixture.put("x", as: "a\u{1B}[31mred\u{7}")
        #expect(try await !fixture.expect("ls coffer://photos").text.contains("\u{1B}"))
        #expect(try await fixture.keys() == ["a\u{1B}[31mred\u{7}"])
    }
}
