import Foundation
import ObjectStore
import SystemPackage
import Testing

@testable import CofferCommands

@Suite("Keys as names of files")
struct DownloadTreeTests {
    private let fixture: CommandFixture

    init() throws { fixture = try CommandFixture() }

    private func tree() throws -> DownloadTree { try DownloadTree(FilePath(fixture.path("target"))) }

    @discardableResult
    private func write(_ name: String, in tree: inout DownloadTree, overwrite: Bool = false) async throws -> FilePath {
        let place = try tree.place(for: Array(name.utf8)[...])
        try await place.write(BytesBody(name), overwrite: overwrite)
        try place.synchronizeFolder()
        return place.path
    }

    @Test("slashes become folders, which are their owner's alone")
    func folders() async throws {
        var tree = try tree()
        // The order of a listing: a hyphen is before a slash.
        for name in ["a", "b-c", "b/c", "b/d/e", "b/d/f", "b0", "c/d"] { try await write(name, in: &tree) }
        for name in ["a", "b-c", "b/c", "b/d/e", "b/d/f", "b0", "c/d"] {
            #expect(try fixture.read("target/\(name)") == Array(name.utf8))
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path("target/b/d"))
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test(
        "a key that is no relative path of regular names is refused",
        arguments: ["/a", "a//b", "a/", "../a", "a/../../b", "a/..", ".", "./a", "a/./b", "", "/", ".."])
    func refused(name: String) throws {
        var tree = try tree()
        let error = #expect(throws: CommandError.self) { try tree.place(for: Array(name.utf8)[...]) }
        #expect(error?.status == .usage)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path("target")).isEmpty)
    }

    @Test("names that only look like a way out are names")
    func lookalikes() async throws {
        var tree = try tree()
        for name in ["...", "..a", "a\\..\\b", "C:", "~", "-rf", "a b"] { try await write(name, in: &tree) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path("target")).count == 7)
    }

    @Test("a key of too many folders is refused, and one of as many as can be is not")
    func depth() async throws {
        var tree = try tree()
        let deep = Array(repeating: "d", count: DownloadTree.maximumDepth - 1).joined(separator: "/") + "/f"
        try await write(deep, in: &tree)
        #expect(throws: CommandError.self) { try tree.place(for: Array(("d/" + deep).utf8)[...]) }
    }

    @Test("a symbolic link in the target is not followed, and one in the place of a file is replaced")
    func links() async throws {
        var tree = try tree()
        let outside = fixture.path("outside")
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: fixture.path("target/link"), withDestinationPath: outside)
        #expect(throws: CommandError.self) { try tree.place(for: Array("link/a".utf8)[...]) }

        try fixture.write("precious", to: "precious")
        try FileManager.default.createSymbolicLink(atPath: fixture.path("target/file"), withDestinationPath: fixture.path("precious"))
        let place = try tree.place(for: Array("file".utf8)[...])
        #expect(try place.isTaken())
        try await write("file", in: &tree, overwrite: true)
        #expect(try fixture.read("precious") == Array("precious".utf8) && fixture.read("target/file") == Array("file".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
    }

    @Test("a file where a folder has to be is not replaced")
    func fileInTheWay() async throws {
        var tree = try tree()
        try await write("a", in: &tree)
        let error = #expect(throws: CommandError.self) { try tree.place(for: Array("a/b".utf8)[...]) }
        #expect(error?.status == .denied)
        #expect(try fixture.read("target/a") == Array("a".utf8))
    }
}
