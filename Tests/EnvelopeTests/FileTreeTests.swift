import FileFaults
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

@Suite("FileTree")
struct FileTreeTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: folder.file(path).string, withIntermediateDirectories: true)
    }

    /// The walk as lines: files by their paths, folders with a slash, skipped entries with their reasons.
    static func lines(_ tree: FileTree) -> [String] {
        tree.map { entry in
            switch entry {
            case .file(let file): file.relativePath.string
            case .folder(let path, _): path.string + "/"
            case .skipped(let skipped): "\(skipped.path.lastComponent?.string ?? "."): \(skipped.reason)"
            }
        }
    }

    @Test("files come in the order of their names' bytes, each folder before what is in it")
    func order() throws {
        for path in ["b/inner", "a", "empty"] { try makeFolder(path) }
        for name in ["b/inner/z", "b/inner/A", "b/x", "b.txt", "B", "a/1"] { _ = try folder.write([1], to: name) }
        #expect(
            Self.lines(try FileTree(folder.path))
                == ["B", "a/", "a/1", "b/", "b/inner/", "b/inner/A", "b/inner/z", "b/x", "b.txt", "empty/"])
    }

    @Test("the order of the walk is the order of the paths")
    func comparison() throws {
        for path in ["b/inner", "a"] { try makeFolder(path) }
        for name in ["b/inner/z", "b/x", "b.txt", "B", "a/1"] { _ = try folder.write([1], to: name) }
        let files = try FileTree(folder.path).compactMap { if case .file(let file) = $0 { file.relativePath } else { nil } }
        for (first, second) in zip(files, files.dropFirst()) {
            #expect(first.comesBefore(second))
            #expect(!second.comesBefore(first))
        }
    }

    @Test("what is no regular file is told and not touched")
    func skipped() throws {
        _ = try folder.write([1], to: "file")
        try makeFolder("outside")
        _ = try folder.write([1], to: "outside/secret")
        try makeFolder("tree")
        for (name, target) in [("to-file", "../file"), ("to-folder", "../outside"), ("loop", "."), ("nowhere", "none")] {
            try FileManager.default.createSymbolicLink(atPath: folder.file("tree/\(name)").string, withDestinationPath: target)
        }
        #expect(mkfifo(folder.file("tree/pipe").string, 0o600) == 0)
        #expect(
            Self.lines(try FileTree(folder.file("tree"))) == [
                "loop: is a symbolic link", "nowhere: is a symbolic link", "pipe: is a pipe", "to-file: is a symbolic link",
                "to-folder: is a symbolic link",
            ])
    }

    @Test("a person may name the root by a symbolic link")
    func linkedRoot() throws {
        try makeFolder("real")
        _ = try folder.write([1], to: "real/file")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link").string, withDestinationPath: "real")
        #expect(Self.lines(try FileTree(folder.file("link"))) == ["file"])
    }

    @Test("names of any bytes are kept to the byte")
    func names() throws {
        let names: [[UInt8]] = [[0xFF, 0xFE, 0x61], Array("line\nbreak".utf8), Array(" -rf ".utf8), [0xC3, 0xA4], [0x61, 0xCC, 0x88]]
        for (index, name) in names.enumerated() {
            let component = try #require(FilePath.Component(platformString: name.map { CChar(bitPattern: $0) } + [0]))
            let descriptor = try FileDescriptor.open(
                folder.path.appending(component), .writeOnly, options: [.create], permissions: .ownerReadWrite)
            _ = try descriptor.closeAfter { try descriptor.writeAll([UInt8(index)]) }
        }
        var found: [[UInt8]: UInt8] = [:]
        for case .file(let file) in try FileTree(folder.path) {
            let descriptor = try file.open()
            var content = [UInt8](repeating: 0xEE, count: 4)
            let count = try descriptor.closeAfter { try content.withUnsafeMutableBytes { try descriptor.read(into: $0) } }
            #expect(count == 1)
            found[file.name.bytes] = content[0]
        }
        #expect(found.count == names.count)
        for (index, name) in names.enumerated() { #expect(found[name] == UInt8(index)) }
    }

    @Test("a folder too deep is told, and what lies beside it is found")
    func depth() throws {
        try makeFolder("a/b/c/d")
        _ = try folder.write([1], to: "a/b/c/d/deep")
        _ = try folder.write([1], to: "a/b/z")
        #expect(
            Self.lines(try FileTree(folder.path, calls: SystemFileCalls(), maximumDepth: 3))
                == ["a/", "a/b/", "c: lies more than 256 folders deep", "a/b/z"])
    }

    @Test("a root that is no folder, or not there, is refused")
    func root() throws {
        let path = try folder.write([1], to: "file")
        #expect(throws: EnvelopeError(.inputNotFound, "")) { _ = try FileTree(path) }
        #expect(throws: EnvelopeError(.inputNotFound, "")) { _ = try FileTree(folder.file("none")) }
    }

    @Test("a found file that became something else since is not followed", arguments: ["link", "pipe", "nothing"])
    func swapped(by what: String) throws {
        _ = try folder.write([9], to: "file")
        try makeFolder("tree")
        _ = try folder.write([1], to: "tree/x")
        let file = try #require(
            try FileTree(folder.file("tree")).compactMap { if case .file(let file) = $0 { file } else { nil } }.first)
        let path = folder.file("tree/x").string
        try FileManager.default.removeItem(atPath: path)
        switch what {
        case "link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "../file")
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        default: break
        }
        #expect(throws: EnvelopeError.self) { _ = try file.open() }
    }

    @Test("a folder that was moved away and replaced by a link is still the folder that was found")
    func movedFolder() throws {
        try makeFolder("tree/inner")
        try makeFolder("outside")
        _ = try folder.write([1], to: "tree/inner/x")
        _ = try folder.write([9], to: "outside/x")
        let file = try #require(
            try FileTree(folder.file("tree")).compactMap { if case .file(let file) = $0 { file } else { nil } }.first)
        try FileManager.default.moveItem(atPath: folder.file("tree/inner").string, toPath: folder.file("moved").string)
        try FileManager.default.createSymbolicLink(atPath: folder.file("tree/inner").string, withDestinationPath: "../outside")
        let descriptor = try file.open()
        var content = [UInt8](repeating: 0, count: 1)
        _ = try descriptor.closeAfter { try content.withUnsafeMutableBytes { try descriptor.read(into: $0) } }
        #expect(content == [1])
    }

    @Test("whichever call fails, the walk ends, and tells what it could not see")
    func faults() throws {
        try makeFolder("a/b")
        for name in ["a/1", "a/b/2", "c"] { _ = try folder.write([1], to: name) }
        for failAt in 1... {
            let calls = FaultyCalls(failAt: failAt, with: .permissionDenied)
            do {
                let lines = Self.lines(try FileTree(folder.path, calls: calls))
                if calls.failed == nil {
                    #expect(lines == ["a/", "a/1", "a/b/", "a/b/2", "c"])
                    break
                }
                #expect(lines.contains { $0.contains("cannot be read") }, "\(failAt): \(lines)")
            } catch {
                #expect(failAt == 1, "only the root itself is an error")
            }
            #expect(calls.openCount == 0)
        }
    }
}
