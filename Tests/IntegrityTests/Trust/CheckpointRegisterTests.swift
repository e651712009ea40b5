import Envelope
import FileFaults
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Checkpoint register")
struct CheckpointRegisterTests {
    private static let fileName = "000102030405060708090a0b0c0d0e0f.checkpoint"

    private let home: TemporaryFolder
    private let register: CheckpointRegister

    init() throws {
        home = try TemporaryFolder()
        register = CheckpointRegister(folder: home.file("manifests"), signers: [try TrustTestKey.first.signer()])
    }

    private func known() throws -> [UInt8] { try home.read("manifests/\(Self.fileName)") }

    private func expectRefused(_ lineage: Lineage, _ code: IntegrityError.Code, saying words: String...) throws {
        let before = try known()
        for attempt in [{ _ = try register.judge(lineage) }, { try register.remember(lineage) }] {
            let error = #expect(throws: IntegrityError.self) { try attempt() }
            #expect(error?.code == code)
            for word in words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "") lacks \(word)") }
        }
        #expect(try known() == before)
    }

    @Test("where there is no folder nothing is known, and remembering makes one for its owner alone")
    func first() throws {
        let lineage = try TrustSample.lineage(0...0)
        #expect(try register.judge(lineage) == .unknown)
        #expect(try home.entries(of: ".") == [])
        try register.remember(lineage)
        #expect(try register.judge(lineage) == .current)
        #expect(try known() == lineage.note.bytes)
        #expect(try home.permissions("manifests") == 0o700)
        #expect(try home.permissions("manifests/\(Self.fileName)") == 0o600)
        #expect(try home.entries(of: "manifests") == [Self.fileName])
    }

    @Test("what grew from the known is newer, and is remembered instead")
    func forward() throws {
        try register.remember(try TrustSample.lineage(0...1))
        let newer = try TrustSample.lineage(0...4)
        #expect(try register.judge(newer) == .newer)
        try register.remember(newer)
        try register.remember(newer)
        #expect(try register.judge(newer) == .current)
        #expect(try known() == newer.note.bytes)
    }

    @Test("an older manifest is rolled back, and both are named with their times")
    func rolledBack() throws {
        try register.remember(try TrustSample.lineage(0...4))
        try expectRefused(
            try TrustSample.lineage(0...1), .rolledBack, saying: "manifest 1 of 2026-11-28T00:01:00Z", "manifest 4 of 2026-11-28T00:04:00Z",
            "older", "/srv/a b")
    }

    @Test("another manifest of the same age is a fork, also with the same root")
    func fork() throws {
        try register.remember(try TrustSample.lineage(0...3))
        try expectRefused(try TrustSample.lineage(0...3, branch: (1, 3)), .rolledBack, saying: "two were made in the place of one")
        var chain = try TrustSample.chain(0...3)
        chain[3] = try TrustSample.checkpoint(
            root: chain[3].root, time: "2026-11-28T09:00:00Z", sequence: 3, previous: chain[2].root)
        try expectRefused(try TrustSample.lineage(chain), .rolledBack, saying: "two were made in the place of one")
    }

    @Test("a newer manifest that grew from another than the known one is a fork")
    func forkedBefore() throws {
        try register.remember(try TrustSample.lineage(0...3))
        try expectRefused(try TrustSample.lineage(0...5, branch: (1, 2)), .rolledBack, saying: "did not grow from")
    }

    @Test("a chain that was cut behind the known manifest does not connect to it")
    func cut() throws {
        try register.remember(try TrustSample.lineage(0...1))
        try expectRefused(try TrustSample.lineage(2...1026), .rolledBack, saying: "does not reach back")
        try register.remember(try TrustSample.lineage(0...2))
        #expect(try register.judge(try TrustSample.lineage(2...1026)) == .newer)
    }

    @Test("trees do not disturb each other")
    func trees() throws {
        try register.remember(try TrustSample.lineage(0...3))
        let id = try #require(ManifestID([UInt8](repeating: 0xAB, count: 16)))
        let other = try TrustSample.lineage([try TrustSample.checkpoint(id: id)])
        #expect(try register.judge(other) == .unknown)
        try register.remember(other)
        #expect(try home.entries(of: "manifests").count == 2)
        #expect(try register.judge(try TrustSample.lineage(0...3)) == .current)
    }

    @Test("what no trusted key signed is not remembered")
    func untrusted() throws {
        let chain = try TrustSample.chain(0...0)
        let unsigned = try Lineage(note: try SignedNote.unsigned(chain[0]), predecessors: [])
        #expect(throws: IntegrityError(.notSigned, "")) { try register.remember(unsigned) }
        #expect(throws: IntegrityError(.unknownSigner, "")) { try register.remember(try TrustSample.lineage(chain, by: .second)) }
        #expect(try home.entries(of: ".") == [])
    }

    @Test("a register file that cannot be believed is an error that says what to do, and stays as it is")
    func damaged() throws {
        let lineage = try TrustSample.lineage(0...2)
        let older = try TrustSample.chain(0...1)[1]
        let id = try #require(ManifestID([UInt8](repeating: 0xAB, count: 16)))
        let good = try TrustTestKey.first.sign(older).bytes
        let cases: [(String, [UInt8])] = [
            ("empty", []), ("cut", good.dropLast(9)), ("not signed", older.text + [0x0A]), ("longer", good + [0x0A]),
            ("signed by another key", try TrustTestKey.second.sign(older).bytes),
            ("edited", Array(String(decoding: good, as: UTF8.self).replacing("sequence 1", with: "sequence 2").utf8)),
            ("another tree", try TrustTestKey.first.sign(try TrustSample.checkpoint(id: id)).bytes),
            ("another text", try TrustTestKey.first.sign(Array("hello\n".utf8)).bytes),
            ("too long", [UInt8](repeating: 0x61, count: SignedNote.maximumByteCount + 1)),
        ]
        for (what, bytes) in cases {
            try home.write(bytes, to: "manifests/\(Self.fileName)")
            for attempt in [{ _ = try register.judge(lineage) }, { try register.remember(lineage) }] {
                let error = #expect(throws: IntegrityError.self, "\(what)") { try attempt() }
                #expect(error?.code == .damaged, "\(what)")
                #expect(error?.message.contains(Self.fileName) == true)
                #expect(error?.message.contains("before you remove it") == true, "\(what): \(error?.message ?? "")")
            }
            #expect(try known() == bytes)
        }
    }

    @Test("a folder in the place of the file is damage, too")
    func folderInPlace() throws {
        try home.write([], to: "manifests/\(Self.fileName)/x")
        let lineage = try TrustSample.lineage(0...0)
        #expect(throws: IntegrityError(.damaged, "")) { try register.judge(lineage) }
        #expect(throws: IntegrityError(.damaged, "")) { try register.remember(lineage) }
    }

    @Test("a folder that others can write in is not used", arguments: [0o770, 0o702])
    func writableByOthers(permissions: Int) throws {
        try register.remember(try TrustSample.lineage(0...0))
        try home.setPermissions("manifests", permissions)
        let error = #expect(throws: IntegrityError.self) { try register.remember(try TrustSample.lineage(0...1)) }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("chmod go-w") == true)
        #expect(try known() == TrustSample.lineage(0...0).note.bytes)
    }

    @Test("without the folder above nothing can be remembered")
    func noHome() throws {
        let lost = CheckpointRegister(folder: home.file("none/manifests"), signers: [try TrustTestKey.first.signer()])
        #expect(try lost.judge(try TrustSample.lineage(0...0)) == .unknown)
        #expect(throws: IntegrityError(.unwritable, "")) { try lost.remember(try TrustSample.lineage(0...0)) }
    }

    @Test("the folder is locked from reading what is known until the new head is in its place, and then no more")
    func locked() throws {
        try register.remember(try TrustSample.lineage(0...0))
        let folder = home.file("manifests")
        let seen = Mutex<[FaultyCalls.Call: Bool]>([:])
        let calls = FaultyCalls(before: { call in
            guard [.readAt, .writeAt, .rename].contains(call) else { return }
            let isFree = Self.canLock(folder)
            seen.withLock { $0[call] = isFree }
        })
        try CheckpointRegister(folder: folder, signers: [try TrustTestKey.first.signer()], calls: calls).remember(
            try TrustSample.lineage(0...1))
        #expect(seen.withLock { $0 } == [.readAt: false, .writeAt: false, .rename: false])
        #expect(Self.canLock(folder))
    }

    /// Whether another process could lock a folder now.
    private static func canLock(_ folder: FilePath) -> Bool {
        do {
            let descriptor = try FileDescriptor.open(folder, .readOnly)
            defer { SystemFileCalls().close(descriptor) }
            return try SystemFileCalls().lock(descriptor)
        } catch {
            Issue.record("\(error)")
            return true
        }
    }

    @Test("of many that remember at the same time the newest is left", arguments: 0..<4)
    func concurrent(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let lineages = try (0..<16).map { try TrustSample.lineage(0...$0) }
        await withTaskGroup(of: Void.self) { group in
            for lineage in lineages.shuffled(using: &generator) {
                group.addTask {
                    do {
                        try register.remember(lineage)
                    } catch {
                        #expect((error as? IntegrityError)?.code == .rolledBack, "\(error)")
                    }
                }
            }
        }
        #expect(try known() == lineages.last?.note.bytes)
        #expect(try home.entries(of: "manifests") == [Self.fileName])
    }

    @Test("whichever call fails, the old or the new head is there, whole, and the next attempt succeeds", arguments: [true, false])
    func faults(startsEmpty: Bool) throws {
        let signers = [try TrustTestKey.first.signer()]
        let (old, new) = (try TrustSample.lineage(0...1), try TrustSample.lineage(0...2))
        var failures = 0
        for failAt in 1... {
            let home = try TemporaryFolder()
            let folder = home.file("manifests")
            if !startsEmpty { try CheckpointRegister(folder: folder, signers: signers).remember(old) }
            let calls = FaultyCalls(failAt: failAt)
            var thrown: IntegrityError?
            do throws(IntegrityError) {
                try CheckpointRegister(folder: folder, signers: signers, calls: calls).remember(new)
            } catch {
                thrown = error
            }
            #expect(calls.openCount == 0, "every descriptor is closed")
            let names = try home.entries(of: ".").isEmpty ? [] : home.entries(of: "manifests")
            #expect(names.isEmpty || names == [Self.fileName], "left behind after \(String(describing: calls.failed)): \(names)")
            let bytes = names.isEmpty ? nil : try home.read("manifests/\(Self.fileName)")
            guard let failed = calls.failed else {
                #expect(thrown == nil)
                #expect(bytes == new.note.bytes)
                break
            }
            failures += 1
            #expect(thrown != nil, "call \(failAt), \(failed), failed silently")
            #expect(thrown.map { [.unwritable, .unreadable].contains($0.code) } == true, "\(failed): \(String(describing: thrown))")
            #expect(bytes == (startsEmpty ? nil : old.note.bytes) || bytes == new.note.bytes, "after \(failed)")
            try CheckpointRegister(folder: folder, signers: signers).remember(new)
            #expect(try home.read("manifests/\(Self.fileName)") == new.note.bytes)
        }
        #expect(failures > 8)
    }
}
