import Foundation
import Testing

@testable import CofferCommands

extension CommandFixture {
    /// A fixture with a store that opens by itself, and a bucket with versions, `photos`.
    static func withBucket(_ options: String = "--versioning enabled") async throws -> CommandFixture {
        let fixture = try await withStore()
        try await fixture.expect("bucket create photos \(options)".trimmingCharacters(in: .whitespaces))
        return fixture
    }

    /// Stores an object by stdin.
    /// - Returns: its version.
    @discardableResult
    func put(
        _ text: String, as key: String, _ options: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let line = ["object", "put", "--bucket", "photos", "--key", key, "--body", "-", "--json"]
        let outcome = try await expect(
            line + options.split(separator: " ").map(String.init), input: Array(text.utf8), sourceLocation: sourceLocation)
        return try outcome.json["VersionId"] as? String ?? ""
    }

    /// The content of an object.
    func content(of key: String, _ options: String = "", sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let line = ["object", "get", "--bucket", "photos", "--key", key]
        return try await expect(line + options.split(separator: " ").map(String.init), sourceLocation: sourceLocation).text
    }

    /// The keys below a prefix.
    func keys(_ url: String = "coffer://photos/", _ options: String = "", sourceLocation: SourceLocation = #_sourceLocation) async throws
        -> [String]
    {
        let line = ["ls", "--recursive", url, "--json"] + options.split(separator: " ").map(String.init)
        return try await expect(line, sourceLocation: sourceLocation).jsonLines.map { try #require($0["Key"] as? String) }
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    /// Bytes that no compression and no chance makes equal to others.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
    }
}
