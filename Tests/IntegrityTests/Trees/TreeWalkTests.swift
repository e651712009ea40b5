import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Walking through a tree")
struct TreeWalkTests {
    private func walk(
        _ folder: TreeFolder, _ options: WalkOptions = WalkOptions(), _ faults: TreeFaults = TreeFaults()
    ) throws -> [WalkedEntry] {
        let walk = try TreeWalk(folder.path, options, FaultyTreeCalls(faults: faults))
        var entries: [WalkedEntry] = []
        while let entry = try walk.next() { entries.append(entry) }
        return entries
    }

    private func text(_ entry: WalkedEntry) -> String { String(decoding: entry.path, as: UTF8.self) }

    @Test("entries come in the order of paths, each once", arguments: 1...10)
    func order(seed: UInt64) throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: seed)
        let planted = try generator.plant(in: folder)
        let entries = try walk(folder)
        #expect(entries.map(\.path) == planted.keys.sorted { EntryPath.isInOrder($0, $1) })
        for entry in entries {
            #expect(entry.type == (planted[entry.path] == true ? .folder : .file))
            #expect(entry.errno == nil)
            #expect(Array(entry.name) == Array(EntryPath(trusted: entry.path).name))
        }
    }

    @Test("a file system that does not say what entries are makes no difference")
    func unknownTypes() throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: 99)
        let planted = try generator.plant(in: folder)
        let entries = try walk(folder, WalkOptions(), TreeFaults { $0.hidesTypes = true })
        #expect(entries.map(\.path) == planted.keys.sorted { EntryPath.isInOrder($0, $1) })
        #expect(entries.allSatisfy { $0.type == (planted[$0.path] == true ? .folder : .file) })
    }

    @Test("names that do not fit into the budget come in the same order")
    func spilled() throws {
        let folder = try TreeFolder(isLarge: true)
        var generator = SeededGenerator(seed: 5)
        for index in 0..<3000 { try folder.write([], to: "\(generator.next())-\(generator.next())-\(index)") }
        try folder.folder("0")
        try folder.write([], to: "0/in it")
        var options = WalkOptions()
        let whole = try walk(folder).map(\.path)
        options.nameBudget = 1
        let spilling = try TreeWalk(folder.path, options, SystemTreeCalls())
        var paths: [[UInt8]] = []
        while let entry = try spilling.next() { paths.append(entry.path) }
        #expect(whole.count == 3002)
        #expect(paths == whole)
    }

    @Test("a chain of folders is walked with few of them open", arguments: [2, 3, 50, 200])
    func deepChain(limit: Int) throws {
        let folder = try TreeFolder(isLarge: true)
        // What comes behind the folder in each folder is reached when the walk comes back.
        try folder.chain(600) { descriptor, _ in
            close(openat(descriptor, "e", O_WRONLY | O_CREAT, 0o644))
        }
        var options = WalkOptions()
        options.openFolderLimit = limit
        let walk = try TreeWalk(folder.path, options, SystemTreeCalls())
        var count = 0
        var most = 0
        while let entry = try walk.next() {
            #expect(entry.errno == nil && entry.parent != nil)
            count += 1
            most = max(most, walk.levels.count { $0.folder != nil })
        }
        #expect(count == 1200)
        #expect(most <= limit + 1)
    }

    @Test("fifteen hundred folders, each in the one before")
    func longChain() throws {
        let folder = try TreeFolder(isLarge: true)
        try folder.chain(1500)
        let entries = try walk(folder)
        #expect(entries.count == 1500)
        #expect(entries.last?.path.count == 2999)
        #expect(entries.allSatisfy { $0.errno == nil && $0.type == .folder })
    }

    @Test("below the greatest depth nothing is walked, and the folder says so")
    func tooDeep() throws {
        let folder = try TreeFolder(isLarge: true)
        try folder.chain(EntryPath.maximumDepth + 3)
        let entries = try walk(folder)
        #expect(entries.count == EntryPath.maximumDepth)
        #expect(entries.last?.errno == .fileNameTooLong)
        #expect(entries.dropLast().allSatisfy { $0.errno == nil })
    }

    @Test("a folder that was exchanged while it was closed is not walked on")
    func exchanged() throws {
        let folder = try TreeFolder()
        try folder.folder("a")
        try folder.folder("a/b")
        try folder.folder("a/b/c")
        try folder.folder("a/b/c/d")
        for name in ["a/b/c/d/1", "a/z", "z"] { try folder.write([], to: name) }
        var options = WalkOptions()
        options.openFolderLimit = 2
        let walk = try TreeWalk(folder.path, options, SystemTreeCalls())
        var errors: [String: Errno?] = [:]
        while let entry = try walk.next() {
            errors[text(entry)] = .some(entry.errno)
            if text(entry) == "a/b/c/d/1" {
                try folder.move("a", to: "moved")
                try folder.folder("a")
                try folder.write([1], to: "a/z")
            }
        }
        #expect(errors["a/z"] == .some(.staleNFSFileHandle))
        #expect(errors["z"] == .some(nil))
        #expect(errors.count == 7)
    }

    @Test(
        "what cannot be listed is named, with the reason",
        arguments: [Errno.permissionDenied, .noSuchFileOrDirectory, .ioError])
    func unreadableFolder(errno: Errno) throws {
        let folder = try TreeFolder()
        try folder.folder("a")
        try folder.write([], to: "a/hidden")
        try folder.write([], to: "b")
        let entries = try walk(folder, WalkOptions(), TreeFaults { $0.opening["a"] = errno.rawValue })
        #expect(entries.map(text) == ["a", "b"])
        #expect(entries.map(\.errno) == [errno, nil])
        #expect(entries[0].type == .folder && entries[0].folder == nil)
    }

    @Test("a folder of which only some names can be read gives those, and says that there are more")
    func halfReadable() throws {
        let folder = try TreeFolder()
        try folder.folder("a")
        try folder.write([], to: "a/seen")
        let entries = try walk(folder, WalkOptions(), TreeFaults { $0.listing["a"] = (after: 1, errno: Errno.ioError.rawValue) })
        #expect(entries.map(text) == ["a", "a/seen"])
        #expect(entries.map(\.errno) == [.ioError, nil])
    }

    @Test("a folder that became a file is one")
    func becameFile() throws {
        let folder = try TreeFolder()
        try folder.folder("a")
        let faults = TreeFaults {
            $0.beforeOpening["a"] = {
                try folder.remove("a")
                try folder.write([1], to: "a")
            }
        }
        let entries = try walk(folder, WalkOptions(), faults)
        #expect(entries.map(\.type) == [.file])
        #expect(entries[0].errno == nil)
    }

    @Test("another file system is named but not walked")
    func otherFileSystem() throws {
        let folder = try TreeFolder()
        for name in ["a", "b"] {
            try folder.folder(name)
            try folder.write([], to: "\(name)/file")
        }
        var options = WalkOptions()
        options.staysOnFileSystem = true
        #expect(try walk(folder, options, TreeFaults { $0.devices["a"] = 12_345 }).map(text) == ["a", "b", "b/file"])
        #expect(try walk(folder, WalkOptions(), TreeFaults { $0.devices["a"] = 12_345 }).count == 4)
    }

    @Test("what is left out is passed over: files, folders, and none that only has the same inode elsewhere")
    func leftOut() throws {
        let folder = try TreeFolder()
        try folder.folder("a")
        for name in ["a/x", "b", "c"] { try folder.write([], to: name) }
        var options = WalkOptions()
        for name in ["a", "b"] {
            let status = try folder.status(name)
            options.leftOut.insert(FileID(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)))
        }
        let other = try folder.status("c")
        options.leftOut.insert(FileID(device: UInt64(other.st_dev) + 1, inode: UInt64(other.st_ino)))
        #expect(try walk(folder, options).map(text) == ["c"])
    }

    @Test("exclusions hold for folders and all that is in them")
    func exclusions() throws {
        let folder = try TreeFolder()
        for name in ["a", "a/.git", "a/.git/objects", "b"] { try folder.folder(name) }
        for name in ["a/.git/x", "a/keep", "a/x.o", "b/x.o", "x.o"] { try folder.write([], to: name) }
        var options = WalkOptions()
        options.exclusions = Exclusions(try [".git/", "b/*.o"].map { try GlobPattern(Array($0.utf8)) })
        #expect(try walk(folder, options).map(text) == ["a", "a/keep", "a/x.o", "b", "x.o"])
    }

    @Test("the root may be a link, and must be a folder that is there")
    func root() throws {
        let folder = try TreeFolder()
        try folder.folder("real")
        try folder.write([], to: "real/file")
        try folder.link("link", to: "real")
        let walk = try TreeWalk(folder.file("link"), WalkOptions(), SystemTreeCalls())
        #expect(try walk.next()?.path == Array("file".utf8))
        #expect(throws: IntegrityError(.notFound, "")) { try TreeWalk(folder.file("none"), WalkOptions(), SystemTreeCalls()) }
        #expect(throws: IntegrityError(.notAFolder, "")) { try TreeWalk(folder.file("real/file"), WalkOptions(), SystemTreeCalls()) }
        let faults = TreeFaults { $0.listing[""] = (after: 0, errno: Errno.ioError.rawValue) }
        #expect(throws: IntegrityError(.unreadable, "")) {
            try TreeWalk(folder.path, WalkOptions(), FaultyTreeCalls(faults: faults))
        }
    }

    @Test("links are not followed, not even to folders")
    func links() throws {
        let folder = try TreeFolder()
        try folder.folder("a")
        try folder.link("a/up", to: "..")
        try folder.link("out", to: "/")
        let entries = try walk(folder)
        #expect(entries.map(text) == ["a", "a/up", "out"])
        #expect(entries.map(\.type) == [.folder, .symbolicLink, .symbolicLink])
    }
}
