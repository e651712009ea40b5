import AgeFormat
import FileFaults
import Foundation
import KeyStore
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Envelope

/// Runs over many files.
@Suite("Rewrapping trees")
struct RewrapTreeTests {
    let keys: TestKeys
    let folder: TemporaryFolder
    static let payload = FixedKey.Chunk([1, 2, 3], isLast: true)

    init() async throws {
        keys = try await TestKeys(count: 2)
        folder = try TemporaryFolder()
    }

    private func sealed(_ padding: HeaderPadding.Policy = .quarterPage) async throws -> [UInt8] {
        try await SealedFixture([keys.recipient(0)], padding: padding).sealed([Self.payload])
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: folder.file(path).string, withIntermediateDirectories: true)
    }

    private func rewrapper(
        _ plan: RewrapPlan = RewrapPlan(), monitor: WorkMonitor = WorkMonitor(), calls: any FileCalls = SystemFileCalls()
    )
        -> SealedFileRewrapper
    {
        SealedFileRewrapper(identities: [keys.identity()], service: keys.service, plan: plan, monitor: monitor, calls: calls)
    }

    private func opened(_ name: String) async throws -> String? {
        try await SealedFileOpener(identities: [keys.identity()]).verify(.file(folder.file(name))).openedBy
    }

    @Test("every sealed file is rewrapped, and every other entry is told")
    func report() async throws {
        try makeFolder("inner/empty")
        for name in ["a", "inner/b", "z"] { _ = try folder.write(try await sealed(), to: name) }
        _ = try folder.write(try await sealed(.none), to: "inner/c")
        _ = try folder.write([], to: "empty")
        _ = try folder.write(Array("age-encryption.org/v1\nx\n".utf8), to: "damaged")
        _ = try folder.write([9], to: "plain")
        try folder.link("a", hard: "inner/again", symbolic: "link")
        _ = try await keys.service.rotateKeyOnDemand(keyID: keys.arns[0])
        let log = EventLog()
        let summary = try await rewrapper().rewrap(tree: folder.path) { await log.add($0) }
        let inPlace = "rewrapped(Envelope.RewrapOutcome.Method.inPlace)"
        #expect(
            await Set(log.lines) == [
                "a: \(inPlace)", "b: \(inPlace)", "z: \(inPlace)", "c: \(inPlace)",
                "empty: is not a sealed file", "damaged: damagedHeader", "plain: is not a sealed file", "link: is a symbolic link",
                "again: is the same file as \(folder.file("a"))",
            ])
        #expect(summary.rewrappedCount == 4)
        #expect(summary.failedCount == 1)
        #expect(summary.skippedCount == 4)
        #expect(!summary.isComplete)
        for name in ["a", "inner/b", "z", "inner/c", "inner/again"] { #expect(try await opened(name) == keys.arns[0]) }
        // It remembers what failed, for who resumes.
        #expect(try folder.entries().contains(RewrapJournal.name))
    }

    @Test("names of any bytes are rewrapped, in their place and by a new file", arguments: [HeaderPadding.Policy.quarterPage, .none])
    func names(padding: HeaderPadding.Policy) async throws {
        let bytes = try await sealed(padding)
        let names: [[UInt8]] = [[0xFF, 0xFE, 0x61], Array("line\nbreak".utf8)]
        for name in names {
            let component = try #require(FilePath.Component(platformString: name.map { CChar(bitPattern: $0) } + [0]))
            let descriptor = try FileDescriptor.open(
                folder.path.appending(component), .writeOnly, options: [.create], permissions: .ownerReadWrite)
            _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
        }
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        let log = EventLog()
        let summary = try await rewrapper(plan).rewrap(tree: folder.path) { await log.add($0) }
        #expect(summary.rewrappedCount == 2 && summary.isComplete)
        var found: Set<[UInt8]> = []
        for case .file(let file) in try FileTree(folder.path) {
            found.insert(file.name.bytes)
            #expect(try SealedFileInspection(.file(file.path)).recipients.count { if case .kmsKey = $0 { true } else { false } } == 2)
        }
        #expect(found == Set(names))
    }

    @Test("more files than a batch are all rewrapped, in order, and a second run finds them current")
    func batches() async throws {
        let bytes = try await sealed()
        for index in 0..<130 { _ = try folder.write(bytes, to: "file \(1000 + index)") }
        _ = try await keys.service.rotateKeyOnDemand(keyID: keys.arns[0])
        let log = EventLog()
        #expect(try await rewrapper().rewrap(tree: folder.path) { await log.add($0) }.rewrappedCount == 130)
        let names = await log.lines.map { String($0.prefix(9)) }
        #expect(names == (0..<130).map { "file \(1000 + $0)" })
        #expect(try folder.entries().count == 130)
        #expect(try await rewrapper().rewrap(tree: folder.path) { _ in }.currentCount == 130)
    }

    @Test("a rotation while the run is at work is told")
    func rotatedMeanwhile() async throws {
        for name in ["a", "b"] { _ = try folder.write(try await sealed(), to: name) }
        let (service, arn) = (keys.service, keys.arns[0])
        let summary = try await rewrapper().rewrap(tree: folder.path) { event in
            guard event.summary.hasPrefix("a:") else { return }
            do { _ = try await service.rotateKeyOnDemand(keyID: arn) } catch { Issue.record(error) }
        }
        #expect(summary.currentCount == 2)
        #expect(summary.keysRotatedMeanwhile == [arn])
        #expect(!summary.isComplete)
    }

    @Test("a file that is removed before the run comes to it is told, and is no failure")
    func vanished() async throws {
        let bytes = try await sealed()
        for name in ["a", "b"] { _ = try folder.write(bytes, to: name) }
        // What the second file's opening meets.
        let calls = FaultyCalls(failAt: 4, of: [.open], with: .noSuchFileOrDirectory)
        let log = EventLog()
        let summary = try await rewrapper(calls: calls).rewrap(tree: folder.path) { await log.add($0) }
        #expect(calls.failed == .open)
        #expect(summary.currentCount == 1 && summary.skippedCount == 1 && summary.isComplete)
        #expect(await log.lines.contains { $0.hasSuffix("was removed meanwhile") })
    }

    @Test("of two runs in one folder, the second is told of the first")
    func inUse() async throws {
        _ = try folder.write(try await sealed(), to: "a")
        let journal = try RewrapJournal(in: OpenFolder(folder.path, calls: SystemFileCalls()), path: folder.path)
        await #expect(throws: EnvelopeError(.inUse, "")) { try await rewrapper().rewrap(tree: folder.path) { _ in } }
        await #expect(throws: EnvelopeError(.inUse, "")) { try await rewrapper().rewrap([folder.file("a")]) { _ in } }
        #expect(try await rewrapper().rewrap(tree: folder.path, isDryRun: true) { _ in }.currentCount == 1)
        _ = consume journal
    }

    @Test("a file that another process is at work on is left to it, from whatever folder that is")
    func lockedFile() async throws {
        for name in ["a", "b"] { _ = try folder.write(try await sealed(), to: name) }
        let before = try folder.read("a")
        let other = try FileDescriptor.open(folder.file("a"), .readWrite)
        #expect(try SystemFileCalls().lock(other))
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        let log = EventLog()
        let summary = try await rewrapper(plan).rewrap(tree: folder.path) { await log.add($0) }
        #expect(await log.lines.first == "a: inUse")
        #expect(summary.failedCount == 1 && summary.rewrappedCount == 1)
        #expect(try folder.read("a") == before)
        #expect(try await rewrapper(plan).rewrap(tree: folder.path, isDryRun: true) { _ in }.rewrappedCount == 1)
        // A child that another test is starting holds the same open file for a moment.
        SystemFileCalls().unlock(other)
        try other.close()
        #expect(try await rewrapper(plan).rewrap(tree: folder.path) { _ in }.rewrappedCount == 1)
    }

    @Test("a file that is replaced between its opening and its locking is not the one that is rewrapped")
    func replacedBeforeLocking() async throws {
        let path = try folder.write(try await sealed(), to: "a")
        _ = try folder.write([9], to: "newer")
        let newer = folder.file("newer")
        let calls = FaultyCalls(before: { call in if call == .lock { #expect(rename(newer.string, path.string) == 0) } })
        #expect(throws: EnvelopeError(.inputChanged, "")) {
            try HeldFile.open(LocatedFile.named(path, calls: calls), forWriting: true)
        }
        #expect(calls.openCount == 0)
    }

    @Test("where a file system has no locks, files are rewrapped without", arguments: [Errno.notSupported, .noLocks, .badFileDescriptor])
    func withoutLocks(errno: Errno) async throws {
        let path = try folder.write(try await sealed(), to: "a")
        let calls = FaultyCalls(failAt: 1, of: [.lock], with: errno)
        let file = try HeldFile.open(LocatedFile.named(path, calls: calls), forWriting: true)
        #expect(calls.failed == .lock)
        try file.requireUnchanged()
        try folder.setModificationTime("a", 1_234_567_890)
        #expect(throws: EnvelopeError(.inputChanged, "")) { try file.requireUnchanged() }
    }

    // MARK: Resuming

    @Test("a run that died between a file and its other name, and is resumed, leaves out neither")
    func linkedResumed() async throws {
        let bytes = try await sealed(.none)
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        for failAt in 1... {
            let folder = try TemporaryFolder()
            for name in ["a", "c"] { _ = try folder.write(bytes, to: name) }
            try folder.link("a", hard: "b", symbolic: "z")
            let calls = FaultyCalls(failAt: failAt, of: [.rename, .truncate], dies: true)
            do throws(EnvelopeError) {
                try await rewrapper(plan, calls: calls).rewrap(tree: folder.path) { _ in }
            } catch {
                #expect(calls.failed != nil)
            }
            let summary = try await rewrapper(plan).rewrap(tree: folder.path, resuming: true) { _ in }
            #expect(summary.isComplete)
            for name in ["a", "b", "c"] {
                let header = try #require(try AgeHeader.parse(bytes: folder.read(name)))
                #expect(header.stanzas.count { $0.arguments.first == keys.arns[1] } == 1, "\(name), died at \(failAt)")
            }
            guard calls.failed != nil else { return }
        }
    }

    @Test("a cancelled run is resumed behind what it had done, with what had failed, and adds nobody twice")
    func resumed() async throws {
        let bytes = try await sealed(.page)
        for index in 0..<100 { _ = try folder.write(bytes, to: "file \(1000 + index)") }
        let whole = try folder.read("file 1003")
        _ = try folder.write(Array(whole.prefix(500)), to: "file 1003")
        // A recipient whose stanza does not say for whom it is.
        let plan = RewrapPlan(adding: [KMSKeyRecipientTests.Grease()])
        let count = Progress()
        let log = EventLog()
        await #expect(throws: EnvelopeError(.cancelled, "")) {
            try await rewrapper(plan, monitor: WorkMonitor(isCancelled: { count.last > 0 })).rewrap(tree: folder.path) { event in
                await log.add(event)
                count.advance(to: 1)
            }
        }
        #expect(await log.events.count == 64)
        #expect(await log.errors.count == 1)
        #expect(try folder.entries().contains(RewrapJournal.name))
        _ = try folder.write(whole, to: "file 1003")

        await #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try await rewrapper().rewrap(tree: folder.path, resuming: true) { _ in }
        }
        let summary = try await rewrapper(plan).rewrap(tree: folder.path, resuming: true) { _ in }
        #expect(summary.resumedCount == 63)
        #expect(summary.rewrappedCount == 37)
        #expect(summary.isComplete)
        #expect(!(try folder.entries().contains(RewrapJournal.name)))
        for index in 0..<100 {
            let inspection = try SealedFileInspection(.file(folder.file("file \(1000 + index)")))
            #expect(inspection.recipients.count { if case .other = $0 { true } else { false } } == 1)
        }
    }

    // MARK: The journal

    private func journal(_ records: [RewrapJournal.Record]) throws {
        var journal = try RewrapJournal(in: OpenFolder(folder.path, calls: SystemFileCalls()), path: folder.path)
        try journal.forgetAll(but: [])
        try journal.replace(by: records)
    }

    /// What the journal holds.
    private func records() throws -> [RewrapJournal.Record] {
        var journal = try RewrapJournal(in: OpenFolder(folder.path, calls: SystemFileCalls()), path: folder.path)
        var found: [RewrapJournal.Record] = []
        try journal.forEachRecord { found.append($0) }
        return found
    }

    /// An old and a new file of one size.
    private func oldAndNew() async throws -> (old: [UInt8], new: [UInt8], headerByteCount: Int) {
        let old = try await sealed(.page)
        let path = try folder.write(old, to: "file")
        try await rewrapper(RewrapPlan(replacement: .init(toKey: keys.arns[1]))).rewrap([path]) { _ in }
        return (old, try folder.read("file"), try #require(try AgeHeader.parse(bytes: old)).byteCount)
    }

    @Test("a header that was torn anywhere is made whole by the next run", arguments: [1, 512, 1000, 4079, -1, -512, -1000])
    func torn(at position: Int) async throws {
        let (old, new, count) = try await oldAndNew()
        // Negative: the end was written, and not the beginning.
        let torn = position > 0 ? new[..<position] + old[position...] : old[..<(-position)] + new[(-position)...]
        _ = try folder.write(Array(torn), to: "file")
        try journal([
            .plan([]), .change(.init(path: "file", old: Array(old[..<count]), new: Array(new[..<count]))),
        ])
        let log = EventLog()
        try await rewrapper().rewrap(tree: folder.path) { await log.add($0) }
        let wasWhole = Array(torn) == old || Array(torn) == new
        #expect(await log.lines.first == (wasWhole ? "file: current" : "file: recovered completed"))
        #expect(try folder.read("file") == (Array(torn) == old ? old : new))
        #expect(try folder.entries() == ["file"])
    }

    @Test("a file that somebody else has sealed anew since is not touched by the journal")
    func changedSince() async throws {
        let (old, new, count) = try await oldAndNew()
        let other = try await sealed(.none)
        _ = try folder.write(other, to: "file")
        try journal([.change(.init(path: "file", old: Array(old[..<count]), new: Array(new[..<count])))])
        let log = EventLog()
        let summary = try await rewrapper().rewrap(tree: folder.path) { await log.add($0) }
        #expect(await log.lines == ["file: recovered changedSince", "file: current"])
        #expect(summary.failedCount == 1 && !summary.isComplete)
        #expect(try folder.read("file") == other)
        #expect(try folder.entries() == ["file"])
    }

    @Test("where a header is lost altogether, the file is left alone, and the journal keeps the header for every run to tell")
    func headerLost() async throws {
        let (old, new, count) = try await oldAndNew()
        let other = [UInt8](repeating: 0, count: count) + new[count...]
        _ = try folder.write(Array(other), to: "file")
        let record = RewrapJournal.Record.change(.init(path: "file", old: Array(old[..<count]), new: Array(new[..<count])))
        try journal([record])
        for _ in 0..<2 {
            let log = EventLog()
            let summary = try await rewrapper().rewrap(tree: folder.path) { await log.add($0) }
            #expect(await log.lines == ["file: recovered headerLost", "file: is not a sealed file"])
            #expect(summary.failedCount == 1 && !summary.isComplete)
            #expect(try folder.read("file") == Array(other))
            #expect(try records().contains(record))
        }
    }

    @Test("a header of which the journal has the only copy is in it after any failure", arguments: [true, false], [true, false])
    func headerKept(dies: Bool, isNamed: Bool) async throws {
        let (old, new, count) = try await oldAndNew()
        _ = try folder.write([UInt8](repeating: 0, count: count) + new[count...], to: "file")
        let record = RewrapJournal.Record.change(.init(path: "file", old: Array(old[..<count]), new: Array(new[..<count])))
        for failAt in 1... {
            let other = try folder.write(old, to: "other")
            _ = try folder.write([], to: RewrapJournal.name)
            try journal([.plan([1, 2, 3]), .position("a"), record])
            let writing: Set<FaultyCalls.Call> = [
                .openAnonymous, .lock, .writeAt, .truncate, .synchronize, .synchronizeData, .linkAnonymous, .rename, .remove,
            ]
            let calls = FaultyCalls(failAt: failAt, of: writing, tearsWrites: true, dies: dies)
            let plan = RewrapPlan(adding: [keys.recipient(1)])
            do throws(EnvelopeError) {
                if isNamed {
                    try await rewrapper(plan, calls: calls).rewrap([other]) { _ in }
                } else {
                    try await rewrapper(plan, calls: calls).rewrap(tree: folder.path) { _ in }
                }
            } catch {
                #expect(calls.failed != nil)
            }
            #expect(calls.openCount == 0)
            let isKept = try records().contains(record)
            #expect(isKept, "\(failAt), \(String(describing: calls.failed))")
            guard calls.failed != nil else { return }
        }
    }

    @Test("a file that may only be read keeps nothing from being done, and its header stays in the journal if it needs it")
    func unrepairable() async throws {
        let (old, new, count) = try await oldAndNew()
        let torn = Array(new[..<100] + old[100...])
        for (name, bytes) in [("file", torn), ("old", old), ("new", new), ("other", old)] { _ = try folder.write(bytes, to: name) }
        func record(_ name: String) -> RewrapJournal.Record {
            .change(.init(path: FilePath(name), old: Array(old[..<count]), new: Array(new[..<count])))
        }
        try journal([record("new"), record("file"), record("old")])
        let log = EventLog()
        let calls = FaultyCalls(readOnlyNames: ["file", "old", "new"])
        let summary = try await rewrapper(calls: calls).rewrap(tree: folder.path) { await log.add($0) }
        #expect(await log.lines == ["file: outputFailed", "new: current", "old: current", "other: current"])
        #expect(await log.errors.first?.message.hasPrefix("\(folder.file("file")): ") == true)
        #expect(summary.failedCount == 1 && !summary.isComplete)
        #expect(try folder.read("file") == torn)
        #expect(try records().first == record("file"))
        #expect(calls.openCount == 0)

        let rest = EventLog()
        #expect(try await rewrapper().rewrap(tree: folder.path) { await rest.add($0) }.isComplete)
        #expect(await rest.lines.first == "file: recovered completed")
        #expect(try folder.read("file") == new)
        #expect(try folder.entries() == ["file", "new", "old", "other"])
    }

    @Test("a torn file that another process is at work on is left to it")
    func tornAndLocked() async throws {
        let (old, new, count) = try await oldAndNew()
        let torn = Array(new[..<100] + old[100...])
        _ = try folder.write(torn, to: "file")
        try journal([.change(.init(path: "file", old: Array(old[..<count]), new: Array(new[..<count])))])
        let other = try FileDescriptor.open(folder.file("file"), .readOnly)
        #expect(try SystemFileCalls().lock(other))
        let log = EventLog()
        try await rewrapper().rewrap(tree: folder.path) { await log.add($0) }
        #expect(await log.lines == ["file: inUse"])
        #expect(try folder.read("file") == torn)
        // A child that another test is starting holds the same open file for a moment.
        SystemFileCalls().unlock(other)
        try other.close()
    }

    @Test(
        "what has the name of the journal and is none is left alone",
        arguments: ["a text", "a longer text than the first line of a journal"])
    func foreignJournal(text: String) async throws {
        let sealed = try await sealed()
        _ = try folder.write(sealed, to: "file")
        _ = try folder.write(Array(text.utf8), to: RewrapJournal.name)
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        let error = await #expect(throws: EnvelopeError(.outputFailed, "")) { try await rewrapper(plan).rewrap(tree: folder.path) { _ in } }
        #expect(error?.message.contains(RewrapJournal.name) == true)
        #expect(try folder.read(RewrapJournal.name) == Array(text.utf8))
        #expect(try folder.read("file") == sealed)
    }

    @Test(
        "a file that was linked to under the journal's name is left alone",
        arguments: [[], Array("coffer rewrap journal 1\nand more".utf8)])
    func linkedJournal(bytes: [UInt8]) async throws {
        try makeFolder("tree")
        let other = try folder.write(bytes, to: "other")
        try FileManager.default.linkItem(atPath: other.string, toPath: folder.file("tree/\(RewrapJournal.name)").string)
        await #expect(throws: EnvelopeError(.outputFailed, "")) { try await rewrapper().rewrap(tree: folder.file("tree")) { _ in } }
        #expect(try folder.read("other") == bytes)
    }

    @Test("a run that was stopped while it began its journal is no hindrance", arguments: [0, 1, 23, 24])
    func begunJournal(byteCount: Int) async throws {
        _ = try folder.write(try await sealed(), to: "file")
        _ = try folder.write(Array("coffer rewrap journal 1\n".utf8.prefix(byteCount)), to: RewrapJournal.name)
        let plan = RewrapPlan(adding: [keys.recipient(1)])
        #expect(try await rewrapper(plan).rewrap(tree: folder.path) { _ in }.rewrappedCount == 1)
        #expect(try folder.entries() == ["file"])
    }

    @Test("rewrapping one file leaves an interrupted run over its folder to be resumed")
    func namedBetween() async throws {
        let path = try folder.write(try await sealed(), to: "z")
        let plan = RewrapPlan(adding: [KMSKeyRecipientTests.Grease()])
        let earlier: [RewrapJournal.Record] = [.plan(try plan.fingerprint()), .position("a"), .failed("Z")]
        try journal(earlier)
        _ = try await keys.service.rotateKeyOnDemand(keyID: keys.arns[0])
        #expect(try await rewrapper().rewrap([path]) { _ in }.rewrappedCount == 1)
        #expect(try records() == earlier)
    }

    @Test("the journal reaches nothing outside its folder", arguments: ["../outside", "link", "way/file"])
    func outside(path: String) async throws {
        let (old, new, count) = try await oldAndNew()
        let torn = Array(new[..<100] + old[100...])
        try makeFolder("tree")
        try makeFolder("real")
        for name in ["outside", "real/file"] { _ = try folder.write(torn, to: name) }
        try FileManager.default.createSymbolicLink(atPath: folder.file("tree/link").string, withDestinationPath: "../outside")
        try FileManager.default.createSymbolicLink(atPath: folder.file("tree/way").string, withDestinationPath: "../real")
        var journal = try RewrapJournal(in: OpenFolder(folder.file("tree"), calls: SystemFileCalls()), path: folder.path)
        try journal.forgetAll(but: [])
        try journal.replace(by: [.change(.init(path: FilePath(path), old: Array(old[..<count]), new: Array(new[..<count])))])
        _ = consume journal
        try await rewrapper().rewrap(tree: folder.file("tree")) { _ in }
        #expect(try folder.read("outside") == torn)
        #expect(try folder.read("real/file") == torn)
    }

    @Test("a journal that was cut or damaged gives the records before, and no other")
    func damagedJournal() async throws {
        let records: [RewrapJournal.Record] = [
            .plan([1, 2]), .position("a/b"), .failed("c"), .change(.init(path: "d", old: [1, 2], new: [3, 4])),
        ]
        try journal(records)
        let bytes = try folder.read(RewrapJournal.name)
        #expect(try self.records() == records)
        for count in 0..<bytes.count {
            _ = try folder.write(Array(bytes.prefix(count)), to: RewrapJournal.name)
            let found = try self.records()
            #expect(found.count < records.count && found == Array(records.prefix(found.count)))
        }
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 0x41
            _ = try folder.write(changed, to: RewrapJournal.name)
            guard position >= "coffer rewrap journal 1\n".utf8.count else {
                #expect(throws: EnvelopeError(.outputFailed, "")) { try self.records() }
                continue
            }
            let found = try self.records()
            #expect(found.count < records.count && found == Array(records.prefix(found.count)))
        }
    }
}
