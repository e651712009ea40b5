import CIntegrityShims
import Foundation
import OpenSSL
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Examining an entry")
struct EntryExaminerTests {
    private func examine(
        _ folder: TreeFolder, _ mode: ExaminationMode = .content(nil), _ options: ExaminationOptions = ExaminationOptions(),
        _ faults: TreeFaults = TreeFaults()
    ) throws -> [String: ExaminedEntry] {
        let calls = FaultyTreeCalls(faults: faults)
        let walk = try TreeWalk(folder.path, WalkOptions(), calls)
        var examiner = try EntryExaminer(options, calls)
        var all: [String: ExaminedEntry] = [:]
        while let entry = try walk.next() { all[String(decoding: entry.path, as: UTF8.self)] = try examiner.examine(entry, mode) }
        return all
    }

    @Test("what is recorded is read when the tick of its last change is over, so that every later change has another time")
    func outlastsTick() throws {
        let folder = try TreeFolder()
        try folder.write([1], to: "file")
        var options = ExaminationOptions()
        options.isRecording = true
        let recorded = try #require(try examine(folder, .content(nil), options)["file"]).entry
        let change = try #require(recorded.identity).changeTime
        #expect(Int64(coffer_wall_time()) - change.seconds * 1_000_000_000 - Int64(change.nanoseconds) >= 20_000_000)
        try folder.patch("file", at: 0, with: [2])
        #expect(try #require(try examine(folder)["file"]).entry.identity?.changeTime != change)
    }

    @Test("metadata are what the system says", arguments: [true, false])
    func metadata(isOfContent: Bool) throws {
        let folder = try TreeFolder()
        try folder.write([1, 2, 3], to: "file")
        try folder.folder("folder")
        try folder.link("link", to: "/some where/\u{1}else")
        try folder.pipe("pipe")
        try folder.socket("socket")
        for (name, mode) in [("file", 0o6751), ("folder", 0o1777)] { chmod(folder.file(name).string, mode_t(mode)) }
        let all = try examine(folder, isOfContent ? .content(nil) : .metadata(expectedChangeTime: nil))
        #expect(all.count == 5)
        let types: [String: EntryType] = ["file": .file, "folder": .folder, "link": .symbolicLink, "pipe": .pipe, "socket": .socket]
        for (name, type) in types {
            let entry = try #require(all[name]).entry
            let status = try folder.status(name)
            #expect(entry.type == type)
            #expect(entry.metadata?.permissions == UInt16(status.st_mode & 0o7777))
            #expect(entry.metadata?.user == status.st_uid && entry.metadata?.group == status.st_gid)
            #expect(entry.metadata?.modificationTime.seconds == Int64(status.st_mtim.tv_sec))
            #expect(entry.metadata?.modificationTime.nanoseconds == UInt32(status.st_mtim.tv_nsec))
            #expect(entry.identity?.changeTime.nanoseconds == UInt32(status.st_ctim.tv_nsec))
            #expect(entry.identity?.inode == UInt64(status.st_ino) && entry.identity?.device == UInt64(status.st_dev))
            #expect(entry.identity?.linkCount == UInt32(status.st_nlink))
            #expect(entry.unreadable == nil)
        }
        #expect(all["file"]?.entry.metadata?.permissions == 0o6751)
        #expect(all["folder"]?.entry.metadata?.permissions == 0o1777)
        #expect(all["link"]?.entry.linkTarget == Array("/some where/\u{1}else".utf8))
        #expect(all["file"]?.entry.byteCount == 3)
        #expect(all["folder"]?.entry.byteCount == nil)
        #expect(all["file"]?.entry.root == (isOfContent ? try NaiveTree.root([1, 2, 3]) : nil))
    }

    @Test("only files are ever opened")
    func opened() throws {
        let folder = try TreeFolder()
        try folder.write([1], to: "file")
        try folder.pipe("pipe")
        try folder.socket("socket")
        try folder.link("link", to: "pipe")
        let faults = TreeFaults()
        _ = try examine(folder, .content(nil), ExaminationOptions(), faults)
        #expect(faults.withState { $0.openedFiles } == ["file"])
        let others = TreeFaults()
        _ = try examine(folder, .metadata(expectedChangeTime: nil), ExaminationOptions(), others)
        #expect(others.withState { $0.openedFiles } == [])
    }

    @Test("two names of one file have the same identity")
    func hardLinks() throws {
        let folder = try TreeFolder()
        try folder.write([7], to: "a")
        link(folder.file("a").string, folder.file("b").string)
        let all = try examine(folder)
        #expect(all["a"]?.entry.identity == all["b"]?.entry.identity)
        #expect(all["a"]?.entry.identity?.linkCount == 2)
        #expect(all["a"]?.entry.root == all["b"]?.entry.root)
    }

    @Test(
        "roots and digests of contents of many sizes",
        arguments: [0, 1, 4095, 4096, 65_535, 65_536, 65_537, 131_072, 131_073, 400_000])
    func sizes(byteCount: Int) throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: UInt64(byteCount))
        let bytes = generator.block(byteCount)
        try folder.write(bytes, to: "file")
        var options = ExaminationOptions()
        options.digests = [.sha512, .md5]
        options.spool = try LeafSpool(in: folder.path)
        let plain = try #require(try examine(folder)["file"])
        let full = try #require(try examine(folder, .content(nil), options)["file"])
        for examined in [plain, full] {
            #expect(try examined.entry.root == NaiveTree.root(bytes))
            #expect(examined.entry.byteCount == UInt64(byteCount))
            #expect(examined.content?.byteCount == UInt64(byteCount))
            #expect(examined.content?.isUnstable == false)
        }
        #expect(plain.entry.digests == [])
        #expect(full.entry.digests.map(\.algorithm) == [.md5, .sha512])
        for digest in full.entry.digests { #expect(try digest.bytes == Digest.hash(digest.algorithm, bytes.bytes)) }
        switch full.content?.leaves {
        case .memory(let leaves)?:
            #expect(byteCount > 65_536)
            #expect(try leaves == NaiveTree.leaves(bytes))
        case .none?: #expect(byteCount <= 65_536)
        default: Issue.record("few leaves need no spool")
        }
    }

    @Test("attributes are hashed in the order of their names")
    func attributes() throws {
        let folder = try TreeFolder()
        try folder.write([1], to: "file")
        try folder.folder("folder")
        try folder.write([1], to: "none")
        let long = [UInt8](repeating: 9, count: 1000)
        let values: [(name: String, value: [UInt8])] = [("user.zz", [1, 2]), ("user.a", []), ("user.long", long)]
        for name in ["file", "folder"] {
            for (attribute, value) in values {
                try folder.setAttribute(attribute, of: name, to: value)
            }
        }
        var message: [UInt8] = []
        for (name, value) in values.sorted(by: { $0.name < $1.name }) {
            for bytes in [Array(name.utf8), value] {
                message += withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes
            }
        }
        for mode in [ExaminationMode.content(nil), .metadata(expectedChangeTime: nil)] {
            let all = try examine(folder, mode)
            for name in ["file", "folder"] {
                #expect(try all[name]?.entry.attributes == NaiveTree.sha256(message))
                #expect(all[name]?.hasAttributes == true)
            }
            #expect(all["none"]?.entry.attributes == nil && all["none"]?.hasAttributes == true)
        }
    }

    @Test("attributes are not read when the change time is the expected one")
    func knownAttributes() throws {
        let folder = try TreeFolder()
        try folder.write([1], to: "file")
        let time = try #require(try examine(folder)["file"]?.entry.identity?.changeTime)
        let faults = TreeFaults()
        let same = try examine(folder, .metadata(expectedChangeTime: time), ExaminationOptions(), faults)
        #expect(faults.withState { $0.attributeListCount } == 0)
        #expect(same["file"]?.hasAttributes == false)
        let other = EntryTime(seconds: time.seconds, nanoseconds: time.nanoseconds ^ 1)
        #expect(try examine(folder, .metadata(expectedChangeTime: other), ExaminationOptions(), faults)["file"]?.hasAttributes == true)
        #expect(faults.withState { $0.attributeListCount } == 1)
    }

    @Test("leaves that cannot be read are named, and the others are read")
    func unreadableLeaves() throws {
        let folder = try TreeFolder()
        var generator = SeededGenerator(seed: 4)
        let bytes = generator.block(10 * 65_536 + 5)
        try folder.write(bytes, to: "file")
        let faults = TreeFaults {
            // One byte in the second leaf, everything from the third to the fourth, and the last one.
            $0.reading = [
                ("file", 70_000..<70_001, Errno.ioError.rawValue), ("file", 131_072..<200_000, Errno.ioError.rawValue),
                ("file", 655_360..<655_361, Errno.ioError.rawValue),
            ]
        }
        let expectation = ContentExpectation(
            byteCount: UInt64(bytes.count), root: try NaiveTree.root(bytes), digests: [.sha256],
            leaves: GivenLeaves(all: try NaiveTree.leaves(bytes)))
        let examined = try #require(try examine(folder, .content(expectation), ExaminationOptions(), faults)["file"])
        #expect(examined.content?.unreadable == [65_536..<262_144, 655_360..<655_365])
        #expect(examined.content?.errno == .ioError)
        #expect(examined.entry.unreadable == .ioError)
        #expect(examined.entry.root == nil && examined.entry.digests == [])
        #expect(examined.content?.differences == [] && examined.content?.keepsWholeLeaves == false)
        let count = faults.withState { $0.readByteCount["file"] }
        #expect(count == 7 * 65_536)
    }

    @Test("a small file that cannot be read", arguments: [0, 100])
    func unreadableFile(byteCount: Int) throws {
        let folder = try TreeFolder()
        try folder.write([UInt8](repeating: 1, count: byteCount), to: "file")
        let faults = TreeFaults { $0.reading = [("file", 0..<1, Errno.ioError.rawValue)] }
        let examined = try #require(try examine(folder, .content(nil), ExaminationOptions(), faults)["file"])
        #expect(examined.content?.errno == .ioError && examined.entry.root == nil)
        #expect(examined.content?.unreadable == (byteCount == 0 ? [] : [0..<100]))
    }

    @Test("a file that cannot be opened has its metadata all the same", arguments: [Errno.permissionDenied, .tooManyOpenFiles])
    func unopened(errno: Errno) throws {
        let folder = try TreeFolder()
        try folder.write([1, 2], to: "file")
        let faults = TreeFaults { $0.opening["file"] = errno.rawValue }
        let examined = try #require(try examine(folder, .content(nil), ExaminationOptions(), faults)["file"])
        #expect(examined.entry.unreadable == errno)
        #expect(examined.entry.metadata != nil && examined.entry.byteCount == 2 && examined.entry.root == nil)
        #expect(examined.content == nil && !examined.isGone)
    }

    @Test("a file that is gone is gone")
    func gone() throws {
        let folder = try TreeFolder()
        try folder.write([1, 2], to: "file")
        let faults = TreeFaults { $0.beforeOpening["file"] = { try folder.remove("file") } }
        let examined = try #require(try examine(folder, .content(nil), ExaminationOptions(), faults)["file"])
        #expect(examined.isGone && examined.entry.unreadable == .noSuchFileOrDirectory)
        #expect(examined.entry.metadata == nil)
    }

    @Test("what became something else is what it is now")
    func becameAnother() throws {
        let folder = try TreeFolder()
        for name in ["folder", "link", "pipe", "socket"] { try folder.write([1], to: name) }
        let faults = TreeFaults {
            $0.beforeOpening["link"] = {
                try folder.remove("link")
                try folder.link("link", to: "pipe")
            }
            $0.beforeOpening["pipe"] = {
                try folder.remove("pipe")
                try folder.pipe("pipe")
            }
            $0.beforeOpening["socket"] = {
                try folder.remove("socket")
                try folder.socket("socket")
            }
            $0.beforeOpening["folder"] = {
                try folder.remove("folder")
                try folder.folder("folder")
            }
        }
        let all = try examine(folder, .content(nil), ExaminationOptions(), faults)
        #expect(all["link"]?.entry.type == .symbolicLink && all["link"]?.entry.linkTarget == Array("pipe".utf8))
        #expect(all["pipe"]?.entry.type == .pipe)
        #expect(all["socket"]?.entry.type == .socket)
        #expect(all["folder"]?.entry.type == .folder)
        #expect(all.values.allSatisfy { $0.entry.unreadable == nil && $0.content == nil && $0.entry.root == nil })
    }

    @Test("a file that is changed once is read again", arguments: [3, 300_000])
    func changedOnce(byteCount: Int) throws {
        let folder = try TreeFolder()
        try folder.write([UInt8](repeating: 1, count: byteCount), to: "file")
        // The first status is that of the opened file, the second that after reading.
        let faults = TreeFaults {
            $0.beforeStatus["file"] = { if $0 == 2 { try folder.patch("file", at: 1, with: [9, 9]) } }
        }
        let examined = try #require(try examine(folder, .content(nil), ExaminationOptions(), faults)["file"])
        var bytes = [UInt8](repeating: 1, count: byteCount)
        (bytes[1], bytes[2]) = (9, 9)
        #expect(try examined.entry.root == NaiveTree.root(bytes))
        #expect(examined.content?.isUnstable == false)
        let status = try folder.status("file")
        #expect(examined.entry.identity?.changeTime.nanoseconds == UInt32(status.st_ctim.tv_nsec))
    }

    @Test("a file that never stands still is unstable")
    func neverStill() throws {
        let folder = try TreeFolder()
        try folder.write([1, 2, 3], to: "file")
        let faults = TreeFaults {
            $0.beforeStatus["file"] = { count in try folder.patch("file", at: 0, with: [UInt8(count), 1, 2, 3, 4]) }
        }
        let examined = try #require(try examine(folder, .content(nil), ExaminationOptions(), faults)["file"])
        #expect(examined.content?.isUnstable == true && examined.entry.root == nil)
    }

    @Test("a file that grows or shrinks while it is read is read again", arguments: [100_000, 300_000, 131_072, 131_073])
    func resizedOnce(newByteCount: Int) throws {
        let folder = try TreeFolder()
        try folder.write([UInt8](repeating: 1, count: 200_000), to: "file")
        let isResized = Atomic<Bool>(false)
        let faults = TreeFaults {
            $0.beforeReading["file"] = { position in
                guard position == 65_536, !isResized.exchange(true, ordering: .relaxed) else { return }
                try folder.resize("file", to: newByteCount)
            }
        }
        let examined = try #require(try examine(folder, .content(nil), ExaminationOptions(), faults)["file"])
        let bytes = Array(([UInt8](repeating: 1, count: 200_000) + [UInt8](repeating: 0, count: 200_000)).prefix(newByteCount))
        #expect(examined.content?.isUnstable == false)
        #expect(try examined.entry.root == NaiveTree.root(bytes))
        #expect(examined.entry.byteCount == UInt64(newByteCount))
    }

    @Test("holes are not read")
    func holes() throws {
        let folder = try TreeFolder()
        let byteCount = 3 << 20 | 77
        var bytes = [UInt8](repeating: 0, count: byteCount)
        try folder.write([], to: "file")
        try folder.resize("file", to: byteCount)
        for position in [0, 1_000_000, 1_050_000, 2_097_152] {
            let island = (0..<5000).map { UInt8(truncatingIfNeeded: $0 + position) }
            bytes.replaceSubrange(position..<position + 5000, with: island)
            try folder.patch("file", at: position, with: island)
        }
        let faults = TreeFaults()
        var options = ExaminationOptions()
        options.digests = [.sha1]
        let examined = try #require(try examine(folder, .content(nil), options, faults)["file"])
        #expect(try examined.entry.root == NaiveTree.root(bytes))
        #expect(try examined.entry.digests.first?.bytes == Digest.hash(.sha1, bytes.bytes))
        #expect(try #require(faults.withState { $0.readByteCount["file"] }) < 600_000)
    }

    @Test("what is in a folder that cannot be listed is the folder's error")
    func folderError() throws {
        let folder = try TreeFolder()
        try folder.folder("a")
        let faults = TreeFaults { $0.opening["a"] = Errno.permissionDenied.rawValue }
        let examined = try #require(try examine(folder, .content(nil), ExaminationOptions(), faults)["a"])
        #expect(examined.entry.unreadable == .permissionDenied && examined.entry.metadata != nil)
    }
}
