import CIntegrityShims
import Envelope
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

/// Ways in which something could be called intact that nobody read, or an older manifest be believed.
@Suite("What must not be believed")
struct ManifestGuardTests {
    /// A folder with one file in it, and its manifest without a signature.
    private struct Site {
        let folder: TemporaryFolder
        let root: ProofRoot
        var manifest: ProofManifest

        init(_ files: [String: [UInt8]] = ["file": [1, 2, 3]]) throws {
            folder = try TemporaryFolder()
            root = try folder.root("tree")
            for (name, bytes) in files { try root.write(bytes, to: Array(name.utf8)) }
            manifest = ProofManifest(folder.file("manifest"), of: root, signedBy: nil)
            manifest.allowsUnsigned = true
        }
    }

    private let settings = TreeRunSettings(scratchFolder: "/var/tmp")

    @Test("a file that its folder calls a pipe is read all the same")
    func wrongType() throws {
        let site = try Site()
        let walk = try TreeWalk(site.root.path, WalkOptions(), SystemTreeCalls())
        let walked = try #require(try walk.next())
        let claimed = WalkedEntry(
            path: walked.path, nameStart: walked.nameStart, type: .pipe, parent: walked.parent, folder: nil, errno: nil)
        var examiner = try EntryExaminer(ExaminationOptions(), SystemTreeCalls())
        let examined = try examiner.examine(claimed, .content(nil))
        #expect(examined.entry.type == .file && examined.entry.root != nil && examined.content?.byteCount == 3)
    }

    @Test("a file that cannot be opened as one, whatever the reason, is unreadable", arguments: [ELOOP, ENXIO])
    func neverOpened(errno: Int32) async throws {
        let site = try Site()
        try await site.manifest.create()
        let calls = FaultyTreeCalls(faults: TreeFaults { $0.opening["file"] = errno })
        let report = try await site.manifest.verify(calls)
        #expect(report.counts == [.unreadable: 1])
        #expect(try await site.manifest.create(calls, overwrite: true).report.counts == [.unreadable: 1])
    }

    @Test("a look at metadata alone finds a file whose modification time was set back")
    func quick() async throws {
        let site = try Site()
        let name = Array("file".utf8)
        try await site.manifest.create()
        #expect(try await site.manifest.verify(SystemTreeCalls(), reading: .none).counts == [.intact: 1])
        let time = try #require(try entry(of: site.manifest).metadata).modificationTime
        try site.root.patch(name, at: 0, [9])
        try site.root.setTime(name, time)
        let report = try await site.manifest.verify(SystemTreeCalls(), reading: .none)
        #expect(report.counts == [.modified: 1] && report.verdicts.first?.remark == .modificationTimeKept)
    }

    @Test("a file that was renamed does not hide that its content is another")
    func renamedAndChanged() async throws {
        let site = try Site()
        let name = Array("file".utf8)
        try await site.manifest.create()
        let time = try #require(try entry(of: site.manifest).metadata).modificationTime
        try site.root.patch(name, at: 0, [9])
        try site.root.setTime(name, time)
        try site.root.move(name, to: Array("other".utf8))
        let report = try await site.manifest.verify(SystemTreeCalls())
        #expect(report.counts == [.modified: 1] && report.verdicts.first?.newPath?.description == "other")
    }

    @Test("what was unreadable and still is keeps nobody from accepting the rest")
    func stillUnreadable() async throws {
        let site = try Site(["file": [1], "closed": [2]])
        let calls = FaultyTreeCalls(faults: TreeFaults { $0.opening["closed"] = EACCES })
        try await site.manifest.create(calls)
        try site.root.write([3], to: Array("new".utf8))
        let updater = ManifestUpdater(
            try site.manifest.open(), folder: site.root.path, head: try site.manifest.head(), settings: settings)
        let summary = try await updater.update(site.manifest.target(overwrite: true), acceptingDamage: false, calls)
        #expect(summary.lineage != nil && summary.report[.unreadable] == 1 && summary.report[.added] == 1)
        let next = ManifestUpdater(try site.manifest.open(), folder: site.root.path, head: try site.manifest.head(), settings: settings)
        let broken = FaultyTreeCalls(faults: TreeFaults { $0.opening = ["closed": EACCES, "file": EIO] })
        try site.root.setTime(Array("file".utf8), EntryTime(seconds: 5, nanoseconds: 0))
        #expect(try await next.update(site.manifest.target(overwrite: true), acceptingDamage: false, broken).lineage == nil)
    }

    @Test("what lies below a folder that was listed in part is not called removed because of another one that was not listed at all")
    func nestedHidden() async throws {
        let site = try Site([:])
        for name in ["a", "a/b"] { try site.root.makeFolder(Array(name.utf8)) }
        for name in ["a/b/1", "a/c", "a/d"] { try site.root.write([1], to: Array(name.utf8)) }
        try await site.manifest.create()
        let calls = FaultyTreeCalls(
            faults: TreeFaults { state in
                state.listing["a"] = (after: 1, errno: EIO)
                state.opening["b"] = EACCES
            })
        for name in ["a/c", "a/d"] { try site.root.remove(Array(name.utf8)) }
        let report = try await site.manifest.verify(calls)
        #expect(report[.removed] == 0 && report[.unreadable] == 5)
    }

    @Test("a head that could not be signed is refused before anything is read")
    func longHead() async throws {
        let site = try Site()
        var manifest = site.manifest
        manifest.options.exclusions = (0..<500).map { Array("pattern-\($0)".utf8) }
        let faults = TreeFaults()
        await #expect(throws: IntegrityError(.invalidArgument, "")) { try await manifest.create(FaultyTreeCalls(faults: faults)) }
        #expect(faults.withState { $0.openedFiles }.isEmpty)
    }

    @Test("there is no number behind the largest one")
    func lastSequence() throws {
        let id = try ManifestID.random()
        let time = try #require(CheckpointTime("2026-11-28T14:00:00Z"))
        let last = try Checkpoint(
            manifestID: id, entryCount: 0, root: .zero, toolVersion: "1", time: time, sequence: .max, previous: .zero,
            subject: [0x61], options: ManifestOptions())
        let head = NewManifestHead(toolVersion: "1", time: time, subject: [0x61], options: ManifestOptions())
        #expect(throws: IntegrityError(.damaged, "")) { try head.checkpoint(after: last, entryCount: 0, root: .zero) }
    }

    @Test("sizes that are made up do not add up to a crash")
    func madeUpSizes() {
        #expect(UInt64.max.addingCapped(1) == .max && UInt64(1).addingCapped(2) == 3)
        let end = UInt64.max - 1
        #expect(LeafLayout.range(LeafLayout.count(byteCount: end) - 1, byteCount: end).upperBound == end)
    }

    @Test("a pipe in the place of a manifest does not keep anybody waiting")
    func pipe() throws {
        let site = try Site()
        try site.root.makePipe(Array("pipe".utf8))
        #expect(throws: IntegrityError.self) { try ManifestFile(path: site.root.path.appending("pipe")) }
    }

    @Test("taking the signature off gains nothing where a signed manifest was seen")
    func signatureRemoved() async throws {
        let (keys, signer) = try await ProofManifest.signer()
        defer { withExtendedLifetime(keys) {} }
        let site = try Site()
        let register = CheckpointRegister(folder: site.folder.file("register"), signers: [signer.signer])
        var signed = ProofManifest(site.manifest.file, of: site.root, signedBy: signer)
        signed.register = register
        try await signed.create()
        let lineage = try signed.open().lineage
        let file = try ManifestFile(path: signed.file)
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: signed.file.string)))
        let note = try SignedNote.unsigned(lineage.checkpoint).bytes
        let shorter = file.notes[0].count - note.count
        var stripped = Array(bytes[..<Int(file.endOfBlocks)])
        var writer = ByteWriter()
        writer.append(ManifestFormat.BlockKind.end.rawValue)
        writer.append(number: UInt64(note.count + 4))
        writer.append(number: UInt32(note.count))
        writer.append(note)
        writer.append(number: UInt64(note.count + 4))
        writer.append(ManifestFormat.footer)
        stripped += writer.bytes
        #expect(stripped.count == bytes.count - shorter)
        try Data(stripped).write(to: URL(fileURLWithPath: signed.file.string))
        var trust = ManifestTrust(signers: [], allowsUnsigned: true)
        _ = try Manifest(path: signed.file, trust: trust)
        trust.register = register
        #expect(throws: IntegrityError(.notSigned, "")) { try Manifest(path: signed.file, trust: trust) }
    }

    @Test("a sealed file that does not open is told by update as well, and one whose bytes are others is told as that")
    func sealedFiles() async throws {
        let site = try Site(["a.age": [1, 2, 3]])
        try await site.manifest.create()
        var opening = settings
        opening.sealedFiles = SealedFileCheck(opener: SealedFileOpener(identities: []))
        let updater = ManifestUpdater(
            try site.manifest.open(), folder: site.root.path, head: try site.manifest.head(), settings: opening)
        let kept = try await updater.update(site.manifest.target(overwrite: true), acceptingDamage: false)
        #expect(kept.lineage == nil && kept.report.counts == [.unreadable: 1])
        let verifier = ManifestVerifier(try site.manifest.open(), folder: site.root.path, reading: .all, settings: opening)
        let same = try await verifier.verify()
        #expect(same.counts == [.unreadable: 1])
        guard case .doesNotOpen? = same.verdicts.first?.remark else {
            Issue.record("it is not said that it does not open")
            return
        }
        try site.root.patch(Array("a.age".utf8), at: 0, [9])
        let other = try await verifier.verify()
        #expect(other.counts == [.modified: 1] && other.verdicts.first?.remark == nil)
    }

    @Test("a manifest that lies in its own tree is passed over, also under a name that is not UTF-8")
    func ownName() async throws {
        let site = try Site()
        let path = site.root.path.pushing(FilePath(platformString: [109, -1, 0]))
        var manifest = ProofManifest(path, of: site.root, signedBy: nil)
        manifest.allowsUnsigned = true
        try await manifest.create()
        let report = try await ManifestVerifier(
            try manifest.open(), folder: site.root.path, reading: .all, settings: settings
        ).verify()
        #expect(report.counts == [.intact: 1])
    }

    private func entry(of manifest: ProofManifest) throws -> ManifestEntry {
        var entries: [ManifestEntry] = []
        try manifest.open().forEachEntry { entries.append($0) }
        return try #require(entries.first)
    }
}
