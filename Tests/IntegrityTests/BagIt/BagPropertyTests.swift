import Foundation
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Properties of bags")
struct BagPropertyTests {
    /// Pieces of names that a parser could stumble over.
    private static let pieces = [
        "a", "B", " ", "  ", "*", "%", "%0A", "%25", "\n", "\r", "\t", "\\", "~", "-", ".", "..a", "#", ":", "ä", "\u{1F512}", "data",
        "manifest-md5.txt",
    ]

    /// A folder of random files with hostile names, which differ in more than normalization.
    static func tree(_ fixture: BagFixture, _ random: inout SeededGenerator, version: BagVersion) throws -> [[UInt8]] {
        var paths: Set<String> = []
        mkdir(fixture.path("in").string, 0o755)
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            var name = "in"
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let part = (0..<Int.random(in: 1...4, using: &random)).map { _ in pieces[Int.random(in: pieces.indices, using: &random)] }
                    .joined()
                name += "/" + (part == "." || part == ".." ? "dot" : part)
            }
            let hasEscape = ["%0A", "%0D"].contains { name.uppercased().contains($0) }
            // A file where a folder is already, or the other way round.
            guard !paths.contains(where: { $0 == name || $0.hasPrefix(name + "/") || name.hasPrefix($0 + "/") }),
                version == .v10 || !hasEscape
            else { continue }
            paths.insert(name)
            try fixture.write(random.bytes(Int.random(in: 0...3000, using: &random)), to: Array(name.utf8))
        }
        return paths.map { Array($0.utf8) }
    }

    @Test("what is made is valid, whatever the names", arguments: 1...40)
    func madeIsValid(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let version = seed.isMultiple(of: 3) ? BagVersion.v097 : .v10
        let fixture = try BagFixture()
        let files = try Self.tree(fixture, &random, version: version)
        let algorithms = BagManifestName.algorithms.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        let creator = BagCreator(try BagFixture.options(version, Array(algorithms)))
        _ = try await creator.create(from: fixture.path("in"), at: fixture.path("bag"))
        let copy = try await BagValidator().validate(fixture.path("bag"))
        #expect(copy.wrongs == [])
        #expect(copy.payload.fileCount == UInt64(files.count))
        for file in files { #expect(try fixture.read(file) == fixture.read(Array("bag/data".utf8) + file.dropFirst(2))) }
        _ = try await creator.convert(fixture.path("in"))
        #expect(try await BagValidator().validate(fixture.path("in")).wrongs == [])
        #expect(try fixture.files("in").map { $0.dropFirst(2) } == fixture.files("bag").map { $0.dropFirst(3) })
    }

    @Test("every byte that changes is found: of the payload, and of each tag file", arguments: [BagVersion.v10, .v097])
    func flips(version: BagVersion) async throws {
        let fixture = try BagFixture()
        try fixture.write("content\n", to: "in/a")
        try fixture.write("more", to: "in/b/c%d")
        let options = try BagFixture.options(version, [.md5], [("Contact-Name", "Ann")])
        _ = try await BagCreator(options).create(from: fixture.path("in"), at: fixture.path("bag"))
        for file in try fixture.files("bag") {
            let bytes = try fixture.read(file)
            for index in bytes.indices {
                var changed = bytes
                // Of the bits, one that does not change the case of a hexadecimal digit alone: that changes nothing.
                changed[index] ^= 1
                try fixture.write(changed, to: file)
                let report = try await BagValidator().validate(fixture.path("bag"))
                #expect(!report.isValid, "byte \(index) of \(file.visiblePath)")
            }
            try fixture.write(bytes, to: file)
        }
        #expect(try await BagValidator().validate(fixture.path("bag")).problems == [])
    }

    @Test("every file that goes, comes or gets another name is found", arguments: 1...12)
    func filesChange(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        let fixture = try BagFixture()
        _ = try Self.tree(fixture, &random, version: .v10)
        _ = try await BagCreator(BagFixture.options(.v10, [.sha1, .sha512])).create(from: fixture.path("in"), at: fixture.path("bag"))
        for file in try fixture.files("bag") {
            let bytes = try fixture.read(file)
            let isTagManifest = file.starts(with: "bag/tagmanifest-".utf8)
            try fixture.remove(file)
            let report = try await BagValidator().validate(fixture.path("bag"))
            // Tag manifests are optional: without one of two, the other one still vouches for all.
            #expect(report.isValid == isTagManifest, "without \(file.visiblePath)")
            try fixture.write(bytes, to: file + [UInt8(ascii: "x")])
            #expect(
                try await BagValidator().validate(fixture.path("bag")).isValid == isTagManifest, "with another name: \(file.visiblePath)")
            try fixture.remove(file + [UInt8(ascii: "x")])
            try fixture.write(bytes, to: file)
            guard file.starts(with: "bag/data/".utf8) else { continue }
            try fixture.write([], to: file + [UInt8(ascii: "+")])
            #expect(try await !BagValidator().validate(fixture.path("bag")).isComplete, "beside \(file.visiblePath)")
            try fixture.remove(file + [UInt8(ascii: "+")])
        }
        #expect(try await BagValidator().validate(fixture.path("bag")).wrongs == [])
    }

    @Test(
        "an edit of a manifest is found, with a tag manifest or without", arguments: ["digest", "path", "removed", "added"], [true, false])
    func manifestEdits(edit: String, keepsTagManifest: Bool) async throws {
        let fixture = try BagFixture()
        for name in ["a", "b"] { try fixture.write(name, to: "in/\(name)") }
        _ = try await BagCreator(BagFixture.options()).create(from: fixture.path("in"), at: fixture.path("bag"))
        if !keepsTagManifest { try fixture.remove(Array("bag/tagmanifest-sha256.txt".utf8)) }
        var lines = try fixture.text("bag/manifest-sha256.txt").split(separator: "\n").map(String.init)
        switch edit {
        case "digest": lines[0] = (lines[0].first == "0" ? "1" : "0") + lines[0].dropFirst()
        case "path": lines[0] += "x"
        case "removed": lines.removeFirst()
        default: lines.append(String(repeating: "0", count: 64) + "  data/c")
        }
        try fixture.write(lines.map { $0 + "\n" }.joined(), to: "bag/manifest-sha256.txt")
        let report = try await BagValidator().validate(fixture.path("bag"))
        #expect(!report.isValid)
        #expect(report.wrongs.contains("checksum-mismatch manifest-sha256.txt") == keepsTagManifest)
    }
}
