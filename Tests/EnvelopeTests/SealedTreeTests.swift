import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

/// Whole folders: every file comes back, and everything that is no file is named.
@Suite("Sealed trees")
struct SealedTreeTests {
    let keys: TestKeys
    let folder: TemporaryFolder
    let writer: SealedFileWriter
    let opener: SealedFileOpener

    init() async throws {
        keys = try await TestKeys(count: 1)
        folder = try TemporaryFolder()
        writer = SealedFileWriter(recipients: [keys.recipient(0)])
        opener = SealedFileOpener(identities: [keys.identity()])
    }

    /// Collects what a run reports.
    private final class Report: Sendable {
        private let events = Mutex<[SealedTree.Event]>([])

        func add(_ event: SealedTree.Event) { events.withLock { $0.append(event) } }

        var done: Int { events.withLock { $0.count { if case .done = $0 { true } else { false } } } }
        var unchanged: [String] {
            events.withLock { events in
                events.compactMap { if case .unchanged(let file) = $0 { file.relativePath.string } else { nil } }
            }.sorted()
        }
        var failures: [String] {
            events.withLock { events in
                events.compactMap {
                    if case .failed(let path, let error) = $0 { "\(path.lastComponent?.string ?? ""): \(error.code)" } else { nil }
                }
            }.sorted()
        }
        var skipped: [String] {
            events.withLock { events in
                events.compactMap {
                    if case .skipped(let entry) = $0 { "\(entry.path.lastComponent?.string ?? ""): \(entry.reason)" } else { nil }
                }
            }.sorted()
        }
    }

    private func run(_ tree: SealedTree, _ source: String, to target: String?) async throws -> Report {
        let report = Report()
        try await tree.run(folder.file(source), to: target.map { folder.file($0) }) { report.add($0) }
        return report
    }

    private func makeFolder(_ name: String, permissions: Int = 0o755) throws {
        try FileManager.default.createDirectory(
            atPath: folder.file(name).string, withIntermediateDirectories: true, attributes: [.posixPermissions: permissions])
    }

    private func makeTree() throws -> [String: [UInt8]] {
        try makeFolder("in/deep/er")
        try makeFolder("in/empty", permissions: 0o750)
        var files = ["in/a": SealedFileTests.bytes(10), "in/deep/new\nline": [], "in/deep/er/large": SealedFileTests.bytes(700_000)]
        for index in 0..<200 { files["in/deep/\(index)"] = SealedFileTests.bytes(index, seed: UInt64(index)) }
        for (name, bytes) in files { _ = try folder.write(bytes, to: name) }
        return files
    }

    @Test("a tree comes back, with its folders and their access bits")
    func roundTrip() async throws {
        let files = try makeTree()
        let sealed = try await run(SealedTree(.seal(writer)), "in", to: "sealed")
        #expect(sealed.done == files.count && sealed.failures.isEmpty && sealed.skipped.isEmpty)
        #expect(try await run(SealedTree(.verify(opener)), "sealed", to: nil).done == files.count)
        let opened = try await run(SealedTree(.open(opener)), "sealed", to: "out")
        #expect(opened.done == files.count && opened.failures.isEmpty && opened.skipped.isEmpty)
        for (name, bytes) in files {
            #expect(try folder.read("out" + name.dropFirst(2)) == bytes, "\(name)")
            #expect(try folder.permissions("sealed" + name.dropFirst(2) + ".age") == 0o600)
        }
        #expect(try folder.permissions("out/empty") == 0o750)
        #expect(try folder.permissions("sealed/deep/er") == 0o755)
    }

    @Test("without another folder, each file gets its sealed one beside it, and sealing again finds nothing to do")
    func beside() async throws {
        try makeFolder("in")
        _ = try folder.write([1], to: "in/a")
        #expect(try await run(SealedTree(.seal(writer)), "in", to: nil).done == 1)
        let again = try await run(SealedTree(.seal(writer)), "in", to: nil)
        #expect(again.failures == ["a: outputExists"])
        #expect(again.skipped == ["a.age: is sealed already"])
        #expect(try await run(SealedTree(.seal(writer), existing: .replace), "in", to: nil).done == 1)
    }

    /// What may have become of a file, or of its sealed one, since it was sealed.
    enum Change: String, CaseIterable {
        case rewritten, rewrittenWithItsTimeKept, grown, replacedByAnOlderOne, sealedOneGone, sealedOneCut, sealedOneNoHeader,
            sealedOneOlder, sealedOneYounger
    }

    private func apply(_ change: Change) throws {
        let time = try #require(try folder.modificationTime("in/a"))
        switch change {
        case .rewritten: try folder.write([9, 9, 9], to: "in/a")
        case .rewrittenWithItsTimeKept:
            try folder.write([9, 9, 9], to: "in/a")
            try folder.setModificationTime("in/a", time)
        case .grown: try folder.write([1, 2, 3, 4], to: "in/a")
        case .replacedByAnOlderOne:
            try folder.write([9, 9, 9], to: "older")
            try folder.setModificationTime("older", time - 1000)
            #expect(rename(folder.file("older").string, folder.file("in/a").string) == 0)
        case .sealedOneGone: try folder.remove("sealed/a.age")
        case .sealedOneCut: #expect(truncate(folder.file("sealed/a.age").string, 1040) == 0)
        case .sealedOneNoHeader:
            var bytes = try folder.read("sealed/a.age")
            bytes[30] = 0
            try folder.write(bytes, to: "sealed/a.age")
        case .sealedOneOlder: try folder.setModificationTime("sealed/a.age", time - 1)
        // As rewrapping does, behind which a change of the file could hide.
        case .sealedOneYounger: try folder.setModificationTime("sealed/a.age", time + 1)
        }
    }

    @Test("updating seals what is new or changed, and passes over the rest", arguments: Change.allCases)
    func update(change: Change) async throws {
        try makeFolder("in/deep")
        for name in ["in/a", "in/b", "in/deep/c"] { try folder.write([1, 2, 3], to: name) }
        try folder.write([], to: "in/empty")
        // The clock of file systems moves on every few milliseconds.
        usleep(50_000)
        let tree = SealedTree(.seal(writer), existing: .update)
        #expect(try await run(tree, "in", to: "sealed").done == 4)
        let before = try folder.read("sealed/b.age")
        let again = try await run(tree, "in", to: "sealed")
        #expect(again.done == 0 && again.unchanged == ["a", "b", "deep/c", "empty"] && again.failures.isEmpty)
        usleep(50_000)
        try apply(change)
        try folder.write([5], to: "in/new")
        let outcome = try await run(tree, "in", to: "sealed")
        #expect(outcome.done == 2 && outcome.unchanged == ["b", "deep/c", "empty"] && outcome.failures.isEmpty, "\(outcome.unchanged)")
        #expect(try folder.read("sealed/b.age") == before)
        _ = try await run(SealedTree(.open(opener)), "sealed", to: "out")
        for name in ["a", "b", "deep/c", "empty", "new"] { #expect(try folder.read("out/\(name)") == folder.read("in/\(name)"), "\(name)") }
    }

    @Test("a time that may be coarse is taken for the latest that it can mean")
    func coarseTimes() {
        #expect(FileTime(seconds: 5, nanoseconds: 30_000_000).latest == FileTime(seconds: 7, nanoseconds: 30_000_000))
        #expect(FileTime(seconds: 5, nanoseconds: 30_000_001).latest == FileTime(seconds: 5, nanoseconds: 30_000_001))
    }

    @Test("updating beside the files replaces nothing that is no age file, and seals once more what has new file keys")
    func updateBeside() async throws {
        try makeFolder("in")
        try folder.write([1], to: "in/a")
        try folder.write([2], to: "in/b")
        try folder.write([3], to: "in/b.age")
        usleep(50_000)
        let tree = SealedTree(.seal(writer), existing: .update)
        let outcome = try await run(tree, "in", to: nil)
        #expect(outcome.done == 2 && outcome.failures == ["b: sameFile"])
        #expect(try folder.read("in/b.age") == [3])
        let reencrypter = SealedFileReencrypter(identities: [keys.identity()], recipients: .given([keys.recipient(0)]))
        try await reencrypter.reencrypt(folder.file("in/a.age"))
        let again = try await run(tree, "in", to: nil)
        #expect(again.done == 1 && !again.unchanged.contains("a"), "\(again.unchanged)")
    }

    @Test("a file that is only called .age is sealed like any other; a sealed one is passed over, armored or not")
    func misnamed() async throws {
        try makeFolder("in")
        let beginnings = ["age-encryption.org/v1\n-> X25519", "\n\n-----BEGIN AGE ENCRYPTED FILE-----\nYWdl", "age: 30\n", ""]
        for (index, text) in beginnings.enumerated() { _ = try folder.write(Array(text.utf8), to: "in/\(index).age") }
        let outcome = try await run(SealedTree(.seal(writer)), "in", to: "out")
        #expect(outcome.done == 2 && outcome.failures.isEmpty)
        #expect(outcome.skipped.sorted() == ["0.age: is sealed already", "1.age: is sealed already"])
        #expect(try folder.permissions("out/2.age.age") == 0o600 && folder.permissions("out/3.age.age") == 0o600)
    }

    @Test("a plaintext called .age beside its namesake is not overwritten, not even by force, and is sealed itself")
    func namesake() async throws {
        try makeFolder("in")
        _ = try folder.write([1], to: "in/a")
        _ = try folder.write([2], to: "in/a.age")
        for overwrite in [false, true] {
            let outcome = try await run(SealedTree(.seal(writer), existing: overwrite ? .replace : .keep), "in", to: nil)
            #expect(outcome.done == 1 && outcome.failures == [overwrite ? "a: sameFile" : "a: outputExists"], "\(outcome)")
            #expect(try folder.read("in/a.age") == [2])
        }
    }

    @Test("names that are not UTF-8 keep their bytes")
    func bytes() async throws {
        try makeFolder("in")
        let name: [CInterop.PlatformChar] = [0x61, CInterop.PlatformChar(bitPattern: 0xFF), CInterop.PlatformChar(bitPattern: 0xC3), 0]
        let component = try #require(FilePath.Component(platformString: name))
        let path = folder.file("in").appending(component)
        let descriptor = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: [.ownerReadWrite])
        try descriptor.closeAfter { _ = try descriptor.writeAll([1, 2, 3]) }
        #expect(try await run(SealedTree(.seal(writer)), "in", to: "sealed").done == 1)
        #expect(try await run(SealedTree(.open(opener)), "sealed", to: "out").done == 1)
        let opened = try FileDescriptor.open(folder.file("out").appending(component), .readOnly)
        try opened.close()
    }

    @Test("links, pipes and foreign files are skipped and named; nothing outside of the tree is read")
    func skipped() async throws {
        try makeFolder("in")
        try makeFolder("outside")
        _ = try folder.write([9], to: "outside/secret")
        _ = try folder.write([1], to: "in/a")
        for (name, target) in [("to-file", "outside/secret"), ("to-folder", "outside"), ("to-nothing", "none")] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("in/\(name)").string, withDestinationPath: folder.file(target).string)
        }
        #expect(mkfifo(folder.file("in/pipe").string, 0o600) == 0)
        let sealed = try await run(SealedTree(.seal(writer)), "in", to: "sealed")
        #expect(sealed.done == 1)
        #expect(
            sealed.skipped == [
                "pipe: is a pipe", "to-file: is a symbolic link", "to-folder: is a symbolic link", "to-nothing: is a symbolic link",
            ])
        _ = try folder.write([1], to: "sealed/readme")
        #expect(try await run(SealedTree(.open(opener)), "sealed", to: "out").skipped == ["readme: is not a sealed file"])
    }

    @Test("one bad file is reported, and the others are dealt with")
    func failures() async throws {
        let files = try makeTree()
        _ = try await run(SealedTree(.seal(writer)), "in", to: "sealed")
        var bytes = try folder.read("sealed/deep/7.age")
        bytes[bytes.count - 1] ^= 1
        _ = try folder.write(bytes, to: "sealed/deep/7.age")
        _ = try folder.write([], to: "sealed/deep/8.age")
        let expected = ["7.age: damagedPayload", "8.age: notASealedFile"]
        #expect(try await run(SealedTree(.verify(opener)), "sealed", to: nil).failures == expected)
        let opened = try await run(SealedTree(.open(opener)), "sealed", to: "out")
        #expect(opened.failures == expected && opened.done == files.count - 2)
        #expect(throws: (any Error).self) { try folder.read("out/deep/7") }
    }

    @Test(
        "what lies in the way of an output and is no regular file is not written to, with and without overwriting",
        arguments: [true, false])
    func inTheWay(overwrite: Bool) async throws {
        try makeFolder("sealed/folder")
        try makeFolder("outside")
        _ = try folder.write([9], to: "outside/victim")
        for name in ["link", "device", "pipe", "folder/inner"] {
            let path = try folder.write([1, 2, 3], to: "plain")
            try await writer.seal(.file(path), to: .file(folder.file("sealed/\(name).age"), overwrite: false))
        }
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("sealed/link").string, withDestinationPath: folder.file("outside/victim").string)
        try FileManager.default.createSymbolicLink(atPath: folder.file("sealed/device").string, withDestinationPath: "/dev/null")
        #expect(mkfifo(folder.file("sealed/pipe").string, 0o600) == 0)
        let beside = try await run(SealedTree(.open(opener), existing: overwrite ? .replace : .keep), "sealed", to: nil)
        #expect(beside.failures == ["device.age: outputExists", "link.age: outputExists", "pipe.age: outputExists"])
        #expect(try folder.read("outside/victim") == [9])

        // A folder of the other tree that leads elsewhere.
        try makeFolder("out")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("out/folder").string, withDestinationPath: folder.file("outside").string)
        let elsewhere = try await run(SealedTree(.open(opener), existing: overwrite ? .replace : .keep), "sealed", to: "out")
        #expect(elsewhere.failures == ["folder: outputFailed", "inner.age: outputFailed"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("outside").string) == ["victim"])
        #expect(elsewhere.done == 3, "the other files are dealt with")
    }

    @Test("a tree is not written into itself", arguments: ["in", "in/deep", "link"])
    func within(target: String) async throws {
        _ = try makeTree()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link").string, withDestinationPath: folder.file("in/deep/er").string)
        await #expect(throws: EnvelopeError(.sameFile, "")) { try await run(SealedTree(.seal(writer)), "in", to: target) }
        await #expect(throws: EnvelopeError(.sameFile, "")) { try await run(SealedTree(.seal(writer)), "in", to: "in/new") }
        #expect(throws: (any Error).self, "no folder is left there") { try folder.permissions("in/new") }
    }

    @Test("all files get new file keys in their place")
    func reencrypt() async throws {
        let files = try makeTree()
        _ = try await run(SealedTree(.seal(writer)), "in", to: "sealed")
        let before = try folder.read("sealed/deep/er/large.age")
        let service = keys.service
        let reencrypter = SealedFileReencrypter(
            identities: [keys.identity()], recipients: .sameKeys { () async throws(EnvelopeError) in service })
        let report = try await run(SealedTree(.reencrypt(reencrypter)), "sealed", to: nil)
        #expect(report.done == files.count && report.failures.isEmpty)
        let isOther = try folder.read("sealed/deep/er/large.age") != before
        #expect(isOther)
        #expect(try await run(SealedTree(.verify(opener)), "sealed", to: nil).done == files.count)
    }
}
