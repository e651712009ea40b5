import Foundation
import KeyTestSupport
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Bad manifests")
struct BadManifestTests {
    /// A folder of a few entries, its manifest, and the manifest after an update.
    fileprivate struct Site {
        let keys: SigningKeys
        let folder: TemporaryFolder
        let root: ProofRoot
        let manifest: ProofManifest
        let first: [UInt8]
        let second: [UInt8]

        init() async throws {
            let (keys, signer) = try await ProofManifest.signer()
            self.keys = keys
            folder = try TemporaryFolder()
            root = try folder.root("tree")
            try root.write([UInt8](repeating: 3, count: 200_000), to: Array("large".utf8))
            try root.write([4], to: Array("small".utf8))
            var manifest = ProofManifest(folder.file("manifest"), of: root, signedBy: signer)
            manifest.register = CheckpointRegister(folder: folder.file("register"), signers: [signer.signer])
            try await manifest.create()
            first = try Self.bytes(manifest.file)
            manifest.time = "2026-11-28T15:00:00Z"
            try root.write([5], to: Array("tiny".utf8))
            try await manifest.update(SystemTreeCalls())
            second = try Self.bytes(manifest.file)
            self.manifest = manifest
        }

        static func bytes(_ path: FilePath) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path.string))) }

        /// What becomes of a run with other bytes in the place of the manifest.
        func outcome(of bytes: [UInt8], by manifest: ProofManifest? = nil) async throws -> Result<VerificationReport, IntegrityError> {
            try Data(bytes).write(to: URL(fileURLWithPath: self.manifest.file.string))
            do {
                return .success(try await (manifest ?? self.manifest).verify(SystemTreeCalls()))
            } catch let error as IntegrityError {
                #expect(error.message.hasPrefix(self.manifest.file.string) || error.code == .rolledBack, "\(error)")
                return .failure(error)
            }
        }
    }

    private func code(_ result: Result<VerificationReport, IntegrityError>) -> IntegrityError.Code? {
        if case .failure(let error) = result { return error.code }
        return nil
    }

    @Test("a manifest that was cut off anywhere is never taken for one")
    func truncated() async throws {
        let site = try await Site()
        #expect(try await site.outcome(of: site.second).get().differenceCount == 0)
        for count in 0..<site.second.count {
            let found = code(try await site.outcome(of: Array(site.second[..<count])))
            #expect(found == (count == 0 ? .malformed : .truncated), "\(count) bytes")
        }
    }

    @Test("any byte of a manifest can be changed, and it is refused, or says the same as before")
    func changed() async throws {
        let site = try await Site()
        let allowed: Set<IntegrityError.Code> = [
            .damaged, .invalidSignature, .malformed, .newerFormat, .truncated, .unsafePath, .unknownSigner, .rolledBack, .notSigned,
        ]
        for position in site.second.indices {
            var bytes = site.second
            bytes[position] ^= 1 << UInt8(position % 8)
            switch try await site.outcome(of: bytes) {
            case .failure(let error): #expect(allowed.contains(error.code), "byte \(position): \(error)")
            // Leaves are read only where they have to say something; names of keys are not signed.
            case .success(let report): #expect(report.counts == [.intact: 3], "byte \(position)")
            }
        }
    }

    @Test("manifests of a newer version, and what is none, are named as that")
    func versions() async throws {
        let site = try await Site()
        #expect(code(try await site.outcome(of: Array("coffer-manifest/2\n".utf8) + site.second.dropFirst(18))) == .newerFormat)
        #expect(code(try await site.outcome(of: Array("d41d8cd98f00b204e9800998ecf8427e  a\n".utf8))) == .malformed)
        // A checkpoint with a line that is not known: what it means comes before who signed it.
        let note = try site.manifest.reading(site.first).lineage.note
        let newer = try SignedNote(text: note.text + Array("zebra 1\n".utf8), signatures: note.signatures)
        #expect(code(try await site.outcome(of: try write(try site.entries(site.first), [newer.bytes]))) == .newerFormat)
    }

    @Test("an unsigned manifest, and one that a stranger signed, are not believed")
    func strangers() async throws {
        let site = try await Site()
        var unsigned = ProofManifest(site.manifest.file, of: site.root, signedBy: nil)
        unsigned.allowsUnsigned = true
        try await unsigned.create(overwrite: true)
        let bytes = try Site.bytes(site.manifest.file)
        #expect(code(try await site.outcome(of: bytes)) == .notSigned)
        #expect(try await site.outcome(of: bytes, by: unsigned).get().differenceCount == 0)
        let (keys, stranger) = try await ProofManifest.signer()
        let other = ProofManifest(site.manifest.file, of: site.root, signedBy: stranger)
        try await other.create(overwrite: true)
        #expect(code(try await site.outcome(of: try Site.bytes(site.manifest.file))) == .unknownSigner)
        withExtendedLifetime(keys) {}
    }

    @Test("a manifest that is older than one that was seen, or another of the same age, is rolled back")
    func rolledBack() async throws {
        let site = try await Site()
        #expect(code(try await site.outcome(of: site.first)) == .rolledBack)
        var forgetful = site.manifest
        forgetful.register = nil
        let report = try await site.outcome(of: site.first, by: forgetful).get()
        #expect(report.counts == [.intact: 2, .added: 1])
        // The same predecessor, another successor.
        try Data(site.first).write(to: URL(fileURLWithPath: site.manifest.file.string))
        forgetful.time = "2026-11-28T16:00:00Z"
        try await forgetful.update(SystemTreeCalls())
        #expect(code(try await site.outcome(of: try Site.bytes(site.manifest.file))) == .rolledBack)
    }

    @Test("entries that were written anew under the old signature are found out, whatever was done to them")
    func edited() async throws {
        let site = try await Site()
        let entries = try site.entries(site.second)
        let notes = try site.notes(site.second)
        let edits: [(String, ([Element]) -> [Element])] = [
            ("size", { $0.map { $0.with { $0.entry.byteCount = $0.entry.byteCount == 1 ? 2 : $0.entry.byteCount } } }),
            ("root", { $0.map { $0.with { $0.entry.root = $0.leaves.first ?? .zero } } }),
            ("time", { $0.map { $0.with { $0.entry.metadata?.modificationTime = EntryTime(seconds: 1, nanoseconds: 2) } } }),
            ("one fewer", { $0.dropLast() }),
            ("one more", { $0 + [Element(entry: ManifestEntry(path: EntryPath(trusted: [0x7A]), type: .pipe), leaves: [])] }),
            ("none", { _ in [] }),
        ]
        for (name, edit) in edits {
            let bytes = try write(edit(entries), notes)
            #expect(code(try await site.outcome(of: bytes)) == .invalidSignature, "\(name)")
        }
        // Untouched, the same way of writing gives the same bytes.
        #expect(try write(entries, notes) == site.second)
        // An entry of another manifest of the same key.
        let spliced = [entries[0], try site.entries(site.first)[1].with { $0.entry.metadata?.permissions = 0o777 }, entries[2]]
        #expect(code(try await site.outcome(of: try write(spliced, notes))) == .invalidSignature)
        #expect(code(try await site.outcome(of: try write(entries, [notes[1]]))) == .damaged)
        #expect(code(try await site.outcome(of: try write(entries, [notes[1], notes[0]]))) == .damaged)
    }

    @Test("leaves that are not those of the signed root do not say where a file is damaged, and hide nothing else")
    func leaves() async throws {
        let site = try await Site()
        var entries = try site.entries(site.second)
        entries[0].leaves[2] = .zero
        let bytes = try write(entries, try site.notes(site.second))
        // The file's own root is signed, and is enough for a file that is intact.
        let intact = try await site.outcome(of: bytes).get()
        #expect(intact.counts == [.intact: 3] && intact.verdicts.isEmpty)
        #expect(intact.damagedLeavesCount == 1 && intact.damagedManifests == [site.manifest.file.string] && intact.isDamaged)
        try site.root.patch(Array("large".utf8), at: 150_000, [9])
        try site.root.patch(Array("small".utf8), at: 0, [6])
        try await expectUnlocated(site, bytes, .modified)
        let report = try await site.outcome(of: site.second).get()
        #expect(report.verdicts.first?.ranges == [131_072..<196_608] && report.damagedLeavesCount == 0 && !report.isDamaged)
        // Cut off, longer, and empty, too: of the last nothing has to be known.
        try site.root.resize(Array("large".utf8), to: 131_072)
        try await expectUnlocated(site, bytes, .modified)
        try site.root.resize(Array("large".utf8), to: 300_000)
        try await expectUnlocated(site, bytes, .modified)
        try site.root.resize(Array("large".utf8), to: 0)
        try await expectUnlocated(site, bytes, .truncated)
    }

    /// Both files that were changed are found, and of the large one not where.
    private func expectUnlocated(
        _ site: Site, _ bytes: [UInt8], _ verdict: Verdict, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let report = try await site.outcome(of: bytes).get()
        let large = try #require(report.verdicts.first, sourceLocation: location)
        #expect(large.path.description == "large" && large.verdict == verdict, sourceLocation: location)
        #expect(large.remark == .leavesDamaged(site.manifest.file.string) && large.ranges.isEmpty, sourceLocation: location)
        #expect(report.verdicts.count == 2 && report.damagedLeavesCount == 1 && report.isDamaged, sourceLocation: location)
    }

    @Test("an update does not take over leaves that are not those of the signed root")
    func leavesKept() async throws {
        let site = try await Site()
        var entries = try site.entries(site.second)
        entries[0].leaves[2] = .zero
        try Data(try write(entries, try site.notes(site.second))).write(to: URL(fileURLWithPath: site.manifest.file.string))
        do {
            try await site.manifest.update(SystemTreeCalls())
        } catch let error as IntegrityError {
            #expect(error.code == .invalidSignature)
            return
        }
        try site.root.patch(Array("large".utf8), at: 150_000, [9])
        let report = try await site.manifest.verify(SystemTreeCalls())
        #expect(report.verdicts.first?.ranges == [131_072..<196_608])
    }

    @Test("a comparison of two manifests does not believe leaves that are not those of the signed root", arguments: [true, false])
    func leavesCompared(isOld: Bool) async throws {
        let site = try await Site()
        try site.root.patch(Array("large".utf8), at: 150_000, [9])
        var other = ProofManifest(site.folder.file("other"), of: site.root, signedBy: site.manifest.signer)
        other.time = "2026-11-28T15:00:00Z"
        try await other.create()
        let bad = isOld ? site.manifest : other
        let bytes = try Site.bytes(bad.file)
        var entries = try site.entries(bytes)
        // Made to look the same as the other one's, and another one damaged.
        entries[0].leaves = [.zero] + entries[0].leaves.dropFirst()
        let settings = TreeRunSettings(scratchFolder: "/var/tmp")
        let good = try await site.manifest.open().compare(with: try other.open(), settings)
        #expect(good.verdicts.first?.ranges == [131_072..<196_608])
        try Data(try write(entries, try site.notes(bytes))).write(to: URL(fileURLWithPath: bad.file.string))
        let report = try await site.manifest.open().compare(with: try other.open(), settings)
        #expect(report.verdicts.first?.ranges == [] && report.verdicts.first?.remark == .leavesDamaged(bad.file.string) && report.isDamaged)
    }

    @Test(
        "a path that leads out of the tree is refused, even where the signature is good",
        arguments: ["../../etc/passwd", "/etc/passwd", "a//b", ".", ""])
    func escapes(path: String) async throws {
        let site = try await Site()
        var entry = ManifestEntry(path: EntryPath(trusted: Array(path.utf8)), type: .file)
        (entry.byteCount, entry.root) = (1, .zero)
        var tree = try EntryTree()
        try tree.append(entry)
        let old = try site.manifest.reading(site.first).checkpoint
        let checkpoint = try Checkpoint(
            manifestID: old.manifestID, entryCount: 1, root: try tree.root(), toolVersion: "1.0.0", time: old.time, sequence: 0,
            previous: nil,
            subject: old.subject, options: old.options)
        let signer = try #require(site.manifest.signer)
        let bytes = try write([Element(entry: entry, leaves: [])], [try await signer.sign(checkpoint).bytes])
        var forgetful = site.manifest
        forgetful.register = nil
        #expect(code(try await site.outcome(of: bytes, by: forgetful)) == .unsafePath)
    }

    /// A file of these entries, whoever signed what.
    private func write(_ entries: [Element], _ notes: [[UInt8]]) throws -> [UInt8] {
        let file = try ScratchFile()
        var writer = try ManifestWriter(to: file.descriptor, name: "")
        for element in entries { try writer.append(element.entry, leaves: element.leaves.isEmpty ? .none : .memory(element.leaves)) }
        _ = try writer.finishEntries()
        try writer.finish(notes: notes)
        return try file.bytes()
    }

    fileprivate struct Element {
        var entry: ManifestEntry
        var leaves: [TreeHash]

        func with(_ change: (inout Element) -> Void) -> Element {
            var copy = self
            change(&copy)
            return copy
        }
    }
}

extension ProofManifest {
    /// Whatever is in the place of the manifest: these bytes.
    fileprivate func reading(_ bytes: [UInt8]) throws -> Manifest {
        let folder = try TemporaryFolder()
        let path = folder.file("bytes")
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        return try Manifest(path: path, trust: ManifestTrust(signers: [signer?.signer].compactMap { $0 }))
    }
}

extension BadManifestTests.Site {
    fileprivate func entries(_ bytes: [UInt8]) throws -> [BadManifestTests.Element] {
        var entries = try manifest.reading(bytes).entries()
        var found: [BadManifestTests.Element] = []
        while let element = try entries.next() {
            let leaves = try element.leaves.map { try $0.hashes(0..<$0.count) } ?? []
            found.append(BadManifestTests.Element(entry: element.entry, leaves: leaves))
        }
        return found
    }

    fileprivate func notes(_ bytes: [UInt8]) throws -> [[UInt8]] {
        let lineage = try manifest.reading(bytes).lineage
        return (lineage.predecessors + [lineage.note]).map(\.bytes)
    }
}
