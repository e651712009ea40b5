import Envelope
import FileFaults
import SystemPackage
import TestSupport
import Testing

@Suite("AtomicOutputFile")
struct AtomicOutputFileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("a file appears with its commit, not before")
    func appearance() throws {
        var file = try AtomicOutputFile(at: folder.file("out"), overwrite: false)
        _ = try file.descriptor.writeAll([1, 2])
        #expect(!(try folder.entries().contains("out")))
        try file.commit(FileAttributes(permissions: 0o640))
        #expect(try folder.read("out") == [1, 2])
        #expect(try folder.permissions("out") == 0o640)
    }

    @Test("a file that is not committed was never there", arguments: [true, false])
    func abandoned(supportsAnonymous: Bool) throws {
        do {
            let file = try AtomicOutputFile(
                at: folder.file("out"), overwrite: true, calls: FaultyCalls(supportsAnonymous: supportsAnonymous))
            _ = try file.descriptor.writeAll([1])
            #expect(try folder.entries().count == (supportsAnonymous ? 0 : 1))
        }
        #expect(try folder.entries().isEmpty)
    }

    @Test("of two writers to one name one succeeds, and its file stays", arguments: [(true, true), (false, true), (false, false)])
    func twoWriters(supportsAnonymous: Bool, supportsLinks: Bool) throws {
        func start() throws -> AtomicOutputFile {
            try AtomicOutputFile(
                at: folder.file("out"), overwrite: false,
                calls: FaultyCalls(supportsAnonymous: supportsAnonymous, supportsLinks: supportsLinks))
        }
        var first = try start()
        var second = try start()
        _ = try first.descriptor.writeAll([1])
        _ = try second.descriptor.writeAll([2])
        try second.commit()
        #expect(throws: EnvelopeError(.outputExists, "")) { try first.commit() }
        #expect(try folder.read("out") == [2])
        #expect(try folder.entries() == ["out"])
    }

    @Test("with overwriting, the last writer's file is there, whole")
    func twoOverwriters() throws {
        var first = try AtomicOutputFile(at: folder.file("out"), overwrite: true)
        var second = try AtomicOutputFile(at: folder.file("out"), overwrite: true)
        _ = try first.descriptor.writeAll([1, 1])
        _ = try second.descriptor.writeAll([2, 2])
        try second.commit()
        try first.commit()
        #expect(try folder.read("out") == [1, 1])
        #expect(try folder.entries() == ["out"])
    }

    @Test("an existing file is refused at once, not after the work")
    func early() throws {
        _ = try folder.write([9], to: "out")
        #expect(throws: EnvelopeError(.outputExists, "")) { _ = try AtomicOutputFile(at: folder.file("out"), overwrite: false) }
    }

    @Test("a name that is not UTF-8 is taken to the byte", arguments: [true, false], [true, false])
    func bytesOfName(overwrite: Bool, supportsAnonymous: Bool) throws {
        let name = try #require(FilePath.Component(platformString: [-1, -2, 0x61, 0]))
        var file = try AtomicOutputFile(
            at: folder.path.appending(name), overwrite: overwrite, calls: FaultyCalls(supportsAnonymous: supportsAnonymous))
        _ = try file.descriptor.writeAll([1])
        try file.commit()
        let names = try FileTree(folder.path).compactMap { if case .file(let file) = $0 { file.relativePath } else { nil } }
        #expect(names == [FilePath(root: nil, [name])])
    }

    @Test("what does not name a file is refused", arguments: ["", "/", "..", "a/.."])
    func names(text: String) {
        #expect(throws: EnvelopeError(.outputIsDirectory, "")) { _ = try AtomicOutputFile(at: FilePath(text), overwrite: true) }
    }
}
