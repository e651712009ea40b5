import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer object upload, retention and legal-hold")
struct ObjectUploadCommandTests {
    let fixture: CommandFixture

    init() async throws { fixture = try await CommandFixture.withBucket("--object-lock") }

    @discardableResult
    private func upload(
        _ line: String, _ more: [String] = [], status: ExitStatus = .success, input: [UInt8] = [],
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let words = line.split(separator: " ").map(String.init)
        return try await fixture.expect(
            ["object", "upload", words[0], "--bucket", "photos", "--json"] + words.dropFirst() + more, status, input: input,
            sourceLocation: location)
    }

    @Test("parts are stored in any order, listed, copied, and become one object")
    func parts() async throws {
        let bytes = CommandFixture.noise(5 << 20)
        let created = try await upload("create --key a --content-type text/plain").json
        let id = try #require(created["UploadId"] as? String)
        #expect(created["Bucket"] as? String == "photos" && created["Key"] as? String == "a")
        let last = try await upload("part --key a --upload-id \(id) --part-number 3 --body -", input: [1, 2, 3]).json
        let first = try await upload("part --key a --upload-id \(id) --part-number 1 --body -", input: bytes).json
        try await fixture.expect("cp - coffer://photos/source", input: bytes)
        let copied = try await upload("part-copy --key a --upload-id \(id) --part-number 2 --copy-source photos/source").json
        let middle = try #require(copied["CopyPartResult"] as? [String: Any])

        let listed = try await upload("list").json
        #expect((listed["Uploads"] as? [[String: Any]])?.first?["UploadId"] as? String == id)
        let parts = try await upload("parts --key a --upload-id \(id)").json
        let entries = try #require(parts["Parts"] as? [[String: Any]])
        #expect(entries.compactMap { $0["PartNumber"] as? Int } == [1, 2, 3])
        #expect(entries.compactMap { $0["Size"] as? Int } == [5 << 20, 5 << 20, 3])

        func document(_ tags: [Any?]) throws -> String {
            let parts = tags.enumerated().map { ["PartNumber": $0 + 1, "ETag": $1 ?? ""] }
            return String(decoding: try JSONSerialization.data(withJSONObject: ["Parts": parts]), as: UTF8.self)
        }
        let tags = [first["ETag"], middle["ETag"], last["ETag"]]
        let wrong = try await upload(
            "complete --key a --upload-id \(id)", ["--multipart-upload", document([tags[1], tags[0], tags[2]])], status: .usage
        ).error
        #expect(wrong["code"] as? String == "InvalidPart")
        let done = try await upload("complete --key a --upload-id \(id)", ["--multipart-upload", document(tags)]).json
        #expect((done["ETag"] as? String)?.hasSuffix("-3\"") == true && done["VersionId"] is String && done["Key"] as? String == "a")
        #expect(try await fixture.expect("cp coffer://photos/a -").bytes == bytes + bytes + [1, 2, 3])
        #expect(try await fixture.expect("object get --bucket photos --key a --part-number 3").bytes == [1, 2, 3])
        let head = try await fixture.expect("object head --bucket photos --key a --part-number 2 --json").json
        #expect(head["PartsCount"] as? Int == 3 && head["ContentLength"] as? Int == 5 << 20)
        #expect(try await fixture.expect("object head --bucket photos --key a").text.contains("text/plain"))
        let attributes = try await fixture.expect("object attributes --bucket photos --key a --json").json
        #expect((attributes["ObjectParts"] as? [String: Any])?["TotalPartsCount"] as? Int == 3)
        try await fixture.expect("store check")
        try await fixture.expect("store scrub")
    }

    @Test("an upload is aborted; parts that are too small, unknown or out of order are refused")
    func refusals() async throws {
        let id = try #require(try await upload("create --key a").json["UploadId"] as? String)
        var tags: [String] = []
        for number in 1...2 {
            let part = try await upload("part --key a --upload-id \(id) --part-number \(number) --body -", input: [UInt8(number)]).json
            tags.append(try #require(part["ETag"] as? String).replacingOccurrences(of: "\"", with: ""))
        }
        func code(_ parts: [(Int, String)]) async throws -> String? {
            let parts = parts.map { #"{"PartNumber":\#($0),"ETag":"\#($1)"}"# }.joined(separator: ",")
            let document = #"{"Parts":[\#(parts)]}"#
            return try await upload("complete --key a --upload-id \(id)", ["--multipart-upload", document], status: .usage).error["code"]
                as? String
        }
        #expect(try await code([(1, tags[0]), (2, tags[1])]) == "EntityTooSmall")
        #expect(try await code([(2, tags[1]), (1, tags[0])]) == "InvalidPartOrder")
        #expect(try await code([(3, tags[0])]) == "InvalidPart")
        try await upload("part --key a --upload-id \(id) --part-number 10001 --body -", status: .usage, input: [1])
        try await upload("abort --key a --upload-id \(id)")
        for verb in ["abort", "parts"] { try await upload("\(verb) --key a --upload-id \(id)", status: .notFound) }
        #expect(try await upload("list").json["Uploads"] == nil)
        try await fixture.expect("store check")
    }

    @Test("a locked version stays: governance can be lifted by who says so, compliance by nobody, a hold when it is lifted")
    func locks() async throws {
        let version = try await fixture.put("x", as: "a")
        let place = "--bucket photos --key a"
        let date = "2026-10-01T00:00:00Z"
        let delete = "object delete \(place) --version-id \(version)"
        try await fixture.expect("object retention get \(place)", .notFound)
        try await fixture.expect("object retention put \(place) --mode governance --retain-until-date \(date)")
        let retention = try #require(
            try await fixture.expect("object retention get \(place) --json").json["Retention"] as? [String: String])
        #expect(retention == ["Mode": "GOVERNANCE", "RetainUntilDate": date])
        let denied = try await fixture.expect("\(delete) --json", .denied).error
        #expect(denied["code"] as? String == "AccessDenied")
        try await fixture.expect("object retention put \(place) --none", .denied)
        try await fixture.expect("object retention put \(place) --none --bypass-governance-retention")

        try await fixture.expect("object legal-hold put \(place) --status on")
        let hold = try await fixture.expect("object legal-hold get \(place) --json").json
        #expect((hold["LegalHold"] as? [String: String]) == ["Status": "ON"])
        try await fixture.expect("\(delete) --bypass-governance-retention", .denied)
        try await fixture.expect("object legal-hold put \(place) --status off")

        try await fixture.expect("object retention put \(place) --mode compliance --retain-until-date \(date)")
        try await fixture.expect("\(delete) --bypass-governance-retention", .denied)
        try await fixture.expect("object retention put \(place) --none --bypass-governance-retention", .denied)
        try await fixture.expect("object retention put \(place) --mode compliance --retain-until-date 2020-01-01", .usage)
        #expect(try await fixture.expect("object head \(place)").text.contains("COMPLIANCE until \(date)"))
        fixture.clock.pass(.days(365))
        try await fixture.expect(delete)
    }
}
