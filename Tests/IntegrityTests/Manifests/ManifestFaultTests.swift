import Envelope
import FileFaults
import Foundation
import KeyTestSupport
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Faults while a tree is looked at")
struct ManifestFaultTests {
    private static let errors: [Errno] = [.ioError, .permissionDenied, .noSuchFileOrDirectory]

    /// What a test begins with: a small tree of everything, its manifest, and a key.
    private struct Site {
        let keys: SigningKeys
        let folder: TemporaryFolder
        let root: ProofRoot
        let manifest: ProofManifest

        init() async throws {
            let (keys, signer) = try await ProofManifest.signer()
            self.keys = keys
            folder = try TemporaryFolder()
            root = try folder.root("tree")
            for name in ["a", "d", "d/e"] { try root.makeFolder(Array(name.utf8)) }
            for (name, count) in [("a/1", 3), ("a/2", 70_000), ("d/e/3", 9), ("f", 65_536), ("g", 0)] {
                try root.write([UInt8](repeating: 7, count: count), to: Array(name.utf8))
            }
            try root.makeLink(Array("d/link".utf8), to: Array("../f".utf8))
            try root.makePipe(Array("p".utf8))
            if ProofAttributes.areSupported { try root.setAttribute(Array("a/1".utf8), "user.note", [1, 2]) }
            manifest = ProofManifest(folder.file("manifest"), of: root, signedBy: signer)
        }

        /// Another content in every file, another target, another attribute: nothing but the folders and the pipe is intact any more.
        func changeEverything() throws {
            for (path, state) in try root.scan() {
                switch state.type {
                case .file where state.content.isEmpty: try root.patch(path.bytes, at: 0, [1])
                case .file:
                    try root.patch(path.bytes, at: 0, [8])
                    try root.setTime(path.bytes, state.modified)
                case .symbolicLink:
                    try root.remove(path.bytes)
                    try root.makeLink(path.bytes, to: Array("h".utf8))
                default: continue
                }
            }
        }

        func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: manifest.file.string))) }

        func withTime(_ time: String) -> ProofManifest {
            var next = manifest
            next.time = time
            return next
        }
    }

    /// Runs once for the number of calls, and then once for each of them.
    private func sweep(_ errno: Errno, _ body: (ProofHookedCalls, ProofCallCounter) async throws -> Void) async throws {
        let counter = ProofCallCounter()
        try await body(counter.calls, counter)
        #expect(counter.count > 20)
        for number in 1...min(counter.count, 300) {
            let counter = ProofCallCounter(failAt: number, errno: errno.rawValue)
            try await body(counter.calls, counter)
        }
    }

    @Test("a manifest that is made in spite of a failed call says what could not be read; after an error there is none", arguments: errors)
    func create(errno: Errno) async throws {
        let site = try await Site()
        let truth = try site.root.scan()
        try await sweep(errno) { calls, counter in
            let text: Comment = "\(errno) of \(counter.failed.map { "\($0)" } ?? "nothing")"
            do {
                let summary = try await site.manifest.create(calls)
                let entries = try entries(of: site.manifest)
                try requireTrue(entries, truth, mayMiss: errno == .noSuchFileOrDirectory, counter, text)
                let hasUnreadable = entries.contains { $0.unreadable != nil }
                #expect(!hasUnreadable || summary.report[.unreadable] > 0, text)
                try FileManager.default.removeItem(atPath: site.manifest.file.string)
            } catch is IntegrityError {
                #expect(counter.failed != nil, text)
            }
            #expect(try site.folder.entries() == ["tree"], text)
        }
    }

    @Test("no entry that changed is intact, whichever call fails", arguments: errors)
    func verify(errno: Errno) async throws {
        let site = try await Site()
        try await site.manifest.create()
        try site.changeEverything()
        let truth = try site.root.scan()
        try await sweep(errno) { calls, counter in
            let text: Comment = "\(errno) of \(counter.failed.map { "\($0)" } ?? "nothing")"
            do {
                let report = try await site.manifest.verify(calls)
                let named = Set(report.verdicts.map(\.path))
                for (path, state) in truth where state.type == .file || state.type == .symbolicLink {
                    #expect(named.contains(path), "\(path): \(text)")
                }
                // What is there may be said to be gone only by a system that says so itself.
                #expect(errno == .noSuchFileOrDirectory || report[.removed] == 0, text)
                #expect(report.entryCount == UInt64(truth.count), text)
            } catch is IntegrityError {
                #expect(counter.failed != nil, text)
            }
        }
    }

    @Test("an update records what is there or that it could not be read, or leaves the old manifest as it was", arguments: errors)
    func update(errno: Errno) async throws {
        let site = try await Site()
        try await site.manifest.create()
        let first = try site.bytes()
        let recorded = Dictionary(uniqueKeysWithValues: try entries(of: site.manifest).map { ($0.path, $0) })
        try site.changeEverything()
        let truth = try site.root.scan()
        let next = site.withTime("2026-11-28T15:00:00Z")
        try await sweep(errno) { calls, counter in
            let text: Comment = "\(errno) of \(counter.failed.map { "\($0)" } ?? "nothing")"
            do {
                let report = try await next.update(calls).report
                // What lies in a folder that could not be read is as recorded, and is said to be unreadable.
                let hidden = Set(report.verdicts.filter { $0.verdict == .unreadable }.map(\.path))
                let entries = try entries(of: next).filter { !hidden.contains($0.path) || recorded[$0.path] != $0 }
                try requireTrue(entries, truth, mayMiss: errno == .noSuchFileOrDirectory, counter, text, hidden: hidden)
                try Data(first).write(to: URL(fileURLWithPath: site.manifest.file.string))
            } catch is IntegrityError {
                #expect(counter.failed != nil, text)
                #expect(try site.bytes() == first, text)
            }
            #expect(try site.folder.entries() == ["manifest", "tree"], text)
        }
    }

    private func entries(of manifest: ProofManifest) throws -> [ManifestEntry] {
        var found: [ManifestEntry] = []
        try manifest.open().forEachEntry { found.append($0) }
        return found
    }

    /// Each entry has the content that is there, or says that it was not read; and each path has an entry, or lies in what could not
    /// be read.
    private func requireTrue(
        _ entries: [ManifestEntry], _ truth: ProofTree, mayMiss: Bool, _ counter: ProofCallCounter, _ text: Comment,
        hidden: Set<EntryPath> = []
    ) throws {
        for entry in entries where entry.unreadable == nil {
            let state = try #require(truth[entry.path], "\(entry.path): \(text)")
            #expect(entry.type == state.type, "\(entry.path): \(text)")
            #expect(entry.linkTarget ?? [] == state.target, "\(entry.path): \(text)")
            #expect((entry.attributes != nil) == !state.attributes.isEmpty, "\(entry.path): \(text)")
            if state.type == .file { #expect(entry.root == (try Self.root(of: state.content)), "\(entry.path): \(text)") }
        }
        let named = Set(entries.map(\.path))
        let unread = entries.filter { $0.unreadable != nil && $0.type == .folder }.map { $0.path.bytes + [0x2F] }
        for path in truth.keys where !named.contains(path) && !hidden.contains(path) {
            #expect(mayMiss || unread.contains { path.bytes.starts(with: $0) }, "\(path) is missing: \(text)")
        }
    }

    private static func root(of content: [UInt8]) throws -> TreeHash {
        var hasher = try TreeHasher()
        var tree = MerkleAccumulator()
        for start in stride(from: 0, to: content.count, by: LeafLayout.leafByteCount) {
            let leaf = Array(content[start..<min(start + LeafLayout.leafByteCount, content.count)])
            try tree.append(try hasher.leaf(leaf.bytes), &hasher)
        }
        return try tree.root(&hasher)
    }

    @Test("whatever fails while the manifest itself is written, there is none, or the old one", arguments: [true, false], [true, false])
    func output(isUpdate: Bool, supportsAnonymous: Bool) async throws {
        let site = try await Site()
        if isUpdate { try await site.manifest.create() }
        let first = isUpdate ? try site.bytes() : []
        let next = site.withTime("2026-11-28T15:00:00Z")
        for number in 1...40 {
            let calls = FaultyCalls(failAt: number, with: .noSpace, supportsAnonymous: supportsAnonymous)
            var target = next.target(overwrite: isUpdate)
            target.calls = calls
            let settings = TreeRunSettings(scratchFolder: "/var/tmp")
            do {
                if isUpdate {
                    let updater = ManifestUpdater(try next.open(), folder: site.root.path, head: try next.head(), settings: settings)
                    _ = try await updater.update(target, acceptingDamage: true)
                } else {
                    _ = try await ManifestCreator(folder: site.root.path, head: try next.head(), settings: settings).create(target)
                }
                // It came to its end, with or without a failure on the way that does not matter.
                if calls.failed == nil { return #expect(calls.openCount == 0) }
            } catch let error as IntegrityError {
                #expect([.unwritable, .outputExists].contains(error.code), "\(error)")
                // The file is in its place, but the folder that names it may not be on the disk.
                let isInPlace = error.message.contains("is written")
                if !isInPlace, isUpdate { #expect(try site.bytes() == first, "\(calls.failed.map { "\($0)" } ?? "")") }
                if !isInPlace, !isUpdate { #expect(!FileManager.default.fileExists(atPath: next.file.string)) }
            }
            // What could not be removed has a name that says what it is.
            let names = try site.folder.entries().filter { calls.failed != .remove || !$0.hasPrefix(".coffer-") }
            #expect(names == ["manifest", "tree"] || (names == ["tree"] && !isUpdate))
            #expect(calls.openCount == 0)
            if isUpdate {
                try Data(first).write(to: URL(fileURLWithPath: next.file.string))
            } else if names.contains("manifest") {
                try FileManager.default.removeItem(atPath: next.file.string)
            }
            for name in try site.folder.entries() where name.hasPrefix(".coffer-") {
                try FileManager.default.removeItem(atPath: site.folder.file(name).string)
            }
        }
        Issue.record("there is no end of calls")
    }

    @Test("what is in a folder that an update cannot look into is kept as it was recorded")
    func hiddenFolder() async throws {
        let site = try await Site()
        try await site.manifest.create()
        let before = try entries(of: site.manifest)
        let closed = ProofHookedCalls { call, name in call == .openFolder && name == "a" ? EACCES : 0 }
        let report = try await site.withTime("2026-11-28T15:00:00Z").update(closed).report
        #expect(report.counts == [.unreadable: 3, .intact: UInt64(before.count - 3)])
        let after = try entries(of: site.manifest)
        let isInside = { (entry: ManifestEntry) in entry.path.bytes.starts(with: Array("a/".utf8)) }
        #expect(after.filter(isInside) == before.filter(isInside))
        // When it opens again, its files are what they were, and damage to them is found.
        let rot = ProofDisk.Faults(rotten: [try site.root.state(Array("a/2".utf8)).file: [66_000]])
        let found = try await site.manifest.verify(ProofTreeCalls(disk: ProofDisk(rot)))
        #expect(found.verdicts.map(\.path.description) == ["a", "a/2"])
        #expect(found.verdicts.map(\.verdict) == [.unreadable, .rotted])
        #expect(found.verdicts.last?.ranges == [65_536..<70_000])
    }

    @Test("a folder that vanishes while it is walked, and files that vanish in it, are gone and no error", arguments: [true, false])
    func vanishing(isBeforeOpening: Bool) async throws {
        let site = try await Site()
        try await site.manifest.create()
        let gone = site.root.path.appending("d").string
        let moment: ProofHookedCalls.Call = isBeforeOpening ? .openFolder : .openFile
        let calls = ProofHookedCalls { call, name in
            if call == moment, name == (isBeforeOpening ? "d" : "3") { _ = try? FileManager.default.removeItem(atPath: gone) }
            return 0
        }
        let report = try await site.manifest.verify(calls)
        let verdicts = Dictionary(uniqueKeysWithValues: report.verdicts.map { ($0.path.description, $0.verdict) })
        if isBeforeOpening {
            #expect(verdicts["d"] == .removed)
            #expect(report[.intact] == 6)
            // Nobody looked for what was in it.
            #expect(verdicts["d/e/3"] == .unreadable)
        } else {
            // The link beside it may have been looked at before.
            #expect(verdicts["d/e/3"] == .removed)
            #expect(report[.intact] + report[.removed] == 10)
        }
        #expect(!verdicts.values.contains(.added))
        let second = ProofManifest(site.folder.file("second"), of: site.root, signedBy: site.manifest.signer)
        try await second.create()
        #expect(try entries(of: second).map(\.path.description) == ["a", "a/1", "a/2", "f", "g", "p"])
    }

    @Test("a file that is written to all the time is named, recorded as unreadable, and does not hold anything up")
    func restless() async throws {
        let site = try await Site()
        let calls = ProofHookedCalls { call, name in
            if call == .read, name == "f" {
                do {
                    try site.root.patch(Array("f".utf8), at: 100, [UInt8.random(in: 0...255)])
                    try site.root.setTime(Array("f".utf8), EntryTime(seconds: Int64.random(in: 0...1 << 31), nanoseconds: 0))
                } catch { return EIO }
            }
            return 0
        }
        let summary = try await site.manifest.create(calls)
        #expect(summary.report.verdicts.map(\.path.description) == ["f"])
        #expect(summary.report.verdicts.first?.verdict == .unreadable)
        #expect(summary.report.verdicts.first?.remark == .changedWhileRead)
        let entry = try #require(try entries(of: site.manifest).first { $0.path.description == "f" })
        #expect(entry.unreadable == .resourceBusy)
        #expect(entry.root == nil)
        let report = try await site.manifest.verify(SystemTreeCalls())
        #expect(report.verdicts.map(\.remark) == [.unreadWhenRecorded])
        #expect(report.isDamaged)
    }

    @Test("of manifests that are made at once in one place, exactly one gets there")
    func race() async throws {
        let site = try await Site()
        let codes = await withTaskGroup(of: IntegrityError.Code?.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    do {
                        try await site.manifest.create()
                        return nil
                    } catch { return (error as? IntegrityError)?.code ?? .internalFailure }
                }
            }
            return await group.reduce(into: [IntegrityError.Code?]()) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.compactMap { $0 } == [IntegrityError.Code](repeating: .outputExists, count: 5))
        #expect(try await site.manifest.verify(SystemTreeCalls()).differenceCount == 0)
        #expect(try site.folder.entries() == ["manifest", "tree"])
    }

    @Test("of updates that are made at once, one takes its place, and this machine believes it afterwards")
    func updateRace() async throws {
        let site = try await Site()
        let signer = try #require(site.manifest.signer)
        var manifest = site.withTime("2026-11-28T15:00:00Z")
        manifest.register = CheckpointRegister(folder: site.folder.file("register"), signers: [signer.signer])
        try await manifest.create()
        let target = manifest.target(overwrite: true)
        // All of them have read the same one before any is done, and their heads differ.
        let updaters = try (0..<4).map { number in
            var head = try manifest.head()
            head.toolVersion = "1.0.\(number)"
            return ManifestUpdater(
                try manifest.open(), folder: site.root.path, head: head, settings: TreeRunSettings(scratchFolder: "/var/tmp"))
        }
        let codes = await withTaskGroup(of: IntegrityError.Code?.self) { group in
            for updater in updaters {
                group.addTask {
                    do throws(IntegrityError) {
                        _ = try await updater.update(target, acceptingDamage: true)
                        return nil
                    } catch { return error.code }
                }
            }
            return await group.reduce(into: [IntegrityError.Code?]()) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.compactMap { $0 } == [IntegrityError.Code](repeating: .rolledBack, count: 3))
        #expect(try manifest.open().checkpoint.sequence == 1)
    }
}
