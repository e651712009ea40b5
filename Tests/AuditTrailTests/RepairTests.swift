import Foundation
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import AuditTrail

@Suite("Going on after damage")
struct RepairTests {
    private func open(_ file: MemoryAuditFile, access: AuditTrail.Access = .append) throws -> AuditTrail {
        let trail = try AuditTrail(file: file, path: "audit.log", access: access)
        try trail.authenticate(with: Samples.key())
        return trail
    }

    /// Two events, and a line that is none.
    private static func damagedFile() throws -> MemoryAuditFile {
        let file = try Samples.file(eventCount: 2)
        file.bytes += Array("junk\n".utf8)
        return file
    }

    private func mend(
        _ trail: AuditTrail, against anchor: AuditPosition? = nil, keptIn file: MemoryAuditFile = MemoryAuditFile()
    ) throws -> AuditRepair? {
        try trail.repair(against: anchor) { () throws(AuditTrailError) in file }
    }

    /// Repairs what is damaged, and checks what has to hold afterwards.
    ///
    /// - Parameter whole: what the damaged bytes were made of.
    private func expectRepair(of damaged: [UInt8], madeOf whole: [UInt8], _ comment: String) throws {
        let (file, kept) = (MemoryAuditFile(damaged), MemoryAuditFile())
        let trail = try open(file)
        let before = try trail.verify(against: nil)
        let repair = try #require(try mend(trail, keptIn: kept), "\(comment)")
        #expect(repair.problem == before.firstProblem && repair.position.sequence == before.authenticatedCount, "\(comment)")
        #expect(kept.bytes == damaged && kept.count(of: .synchronize) == 1 && kept.count(of: .synchronizeFolder) == 1, "\(comment)")
        #expect(try repair.evidence?.digest == Digest.hash(.sha256, damaged.span.bytes), "\(comment)")
        // Not one byte of an event that was not recorded.
        #expect(whole.dropFirst(HeadLine.byteCount).starts(with: file.bytes.dropFirst(HeadLine.byteCount)), "\(comment)")
        // Until it is recorded, nobody else takes it for a trail that is sound.
        #expect(try Samples.verify(file.bytes).firstProblem?.kind == .truncated, "\(comment)")
        let other = try open(file)
        #expect(performing: { try other.append(Samples.event(98)) }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
        let next = try trail.append(Samples.event(99))
        #expect(next.sequence == repair.position.sequence + 1, "\(comment)")
        let verification = try open(file).verify(against: next)
        #expect(verification.firstProblem == nil && verification.authenticatedCount == next.sequence, "\(comment): \(verification)")
        #expect(try open(file).append(Samples.event(100)).sequence == next.sequence + 1, "\(comment)")
    }

    @Test("a trail that somebody edited goes on from the last event that is authentic", arguments: TamperingTests.attacks)
    func attacked(attack: TamperingTests.Attack) throws {
        let whole = try Samples.file(eventCount: 6).bytes
        var text = TrailText(whole)
        try attack.edit(&text)
        try expectRepair(of: text.bytes, madeOf: whole, attack.testDescription)
    }

    @Test("whichever byte changed, is missing or is too many, all events before it are kept")
    func everyByte() throws {
        let whole = try Samples.file(eventCount: 3).bytes
        for index in whole.indices {
            var (changed, shorter, longer) = (whole, whole, whole)
            changed[index] ^= 1
            shorter.remove(at: index)
            longer.insert(0x20, at: index)
            for damaged in [changed, shorter, longer] {
                guard try Samples.verify(damaged).firstProblem != nil else { continue }
                try expectRepair(of: damaged, madeOf: whole, "byte \(index)")
            }
        }
    }

    @Test("of a trail that is cut anywhere, the whole events are kept")
    func cut() throws {
        let whole = try Samples.file(eventCount: 3).bytes
        for count in HeadLine.byteCount..<whole.count {
            let lines = whole[HeadLine.byteCount..<count].count { $0 == 0x0A }
            let file = MemoryAuditFile(Array(whole[..<count]))
            let repair = try #require(try mend(open(file)), "\(count)")
            #expect(repair.problem.kind == .truncated && repair.position.sequence == UInt64(lines), "\(count)")
        }
    }

    @Test("a sound trail is left alone, also one that nobody wrote to yet")
    func sound() throws {
        for count in 0...2 {
            let file = try Samples.file(eventCount: count)
            let trail = try open(file)
            let bytes = file.bytes
            let kept = MemoryAuditFile()
            #expect(try mend(trail, against: trail.position(), keptIn: kept) == nil)
            #expect(file.bytes == bytes && kept.count(of: .write) == 0)
        }
    }

    @Test("events that no authentic one follows are not vouched for by those that come")
    func unauthenticatedTail() throws {
        let file = try Samples.file(eventCount: 2)
        let sealed = try AuditTrail(file: file, path: "audit.log")
        try sealed.append(Samples.event(3))
        file.bytes += Array("junk\n".utf8)
        let repair = try #require(try mend(open(file)))
        #expect(repair.position.sequence == 2)
    }

    @Test("without its key, or for reading, a trail is not repaired")
    func refused() throws {
        let file = try Self.damagedFile()
        let bytes = file.bytes
        for trail in [try AuditTrail(file: file, path: "audit.log"), try open(file, access: .readOnly)] {
            #expect(
                performing: { _ = try mend(trail) }, throws: { ($0 as? AuditTrailError)?.code == .unavailable })
            #expect(file.bytes == bytes)
        }
    }

    @Test(
        "where the copy cannot be made, nothing is changed, and no part of it is left",
        arguments: [MemoryAuditFile.Call.write, .synchronize, .synchronizeFolder])
    func fullDisk(call: MemoryAuditFile.Call) throws {
        let file = try Self.damagedFile()
        let (bytes, copy) = (file.bytes, MemoryAuditFile())
        let trail = try open(file)
        copy.fail(call, errno: ENOSPC)
        #expect(
            performing: { _ = try mend(trail, keptIn: copy) },
            throws: { ($0 as? AuditTrailError)?.message.contains("free some space") == true })
        #expect(file.bytes == bytes && !copy.hasName)
        #expect(try mend(trail)?.position.sequence == 2)
    }

    @Test(
        "a repair that fails half-way keeps its copy, and is done again", arguments: [MemoryAuditFile.Call.truncate, .write, .synchronize])
    func halfWay(call: MemoryAuditFile.Call) throws {
        let file = try Self.damagedFile()
        let (bytes, copy) = (file.bytes, MemoryAuditFile())
        let trail = try open(file)
        file.fail(call, errno: EIO)
        #expect(performing: { _ = try mend(trail, keptIn: copy) }, throws: { ($0 as? AuditTrailError)?.code == .unavailable })
        #expect(copy.bytes == bytes && copy.hasName)
        #expect(performing: { try trail.append(Samples.event(3)) }, throws: { ($0 as? AuditTrailError)?.code == .unavailable })
        let reopened = try open(file)
        #expect(try mend(reopened) != nil)
        #expect(try reopened.append(Samples.event(3)).sequence == 3)
        #expect(try reopened.verify(against: nil).firstProblem == nil)
    }

    @Test("at whatever instant it is killed: the trail is recorded as repaired, or is to be repaired again")
    func killed() throws {
        let file = try Self.damagedFile()
        let count = file.history.count
        let trail = try open(file)
        _ = try mend(trail)
        let last = try trail.append(Samples.event(3, name: "AcceptAuditTrail"))
        let states = file.history.dropFirst(count)
        #expect(states.count == 4, "the head, the cut, the event and its head")
        for (number, state) in states.enumerated() {
            let left = MemoryAuditFile(state)
            let again = try open(left)
            let isRecorded = try again.verify(against: last).firstProblem == nil
            #expect(isRecorded == (number == 3), "\(number)")
            if isRecorded { continue }
            // What was recorded already is not taken out again.
            #expect(try mend(again)?.position.sequence == (number == 2 ? 3 : 2), "\(number)")
            let position = try again.append(Samples.event(4))
            #expect(try open(left).verify(against: position).firstProblem == nil, "\(number)")
        }
    }

    @Test("where what was done cannot be recorded, it is done again", arguments: [MemoryAuditFile.Call.write, .synchronize])
    func unrecorded(call: MemoryAuditFile.Call) throws {
        let file = try Self.damagedFile()
        let trail = try open(file)
        #expect(try mend(trail) != nil)
        file.fail(call, errno: ENOSPC)
        #expect(performing: { try trail.append(Samples.event(3)) }, throws: { ($0 as? AuditTrailError)?.code == .unavailable })
        let again = try open(file)
        #expect(performing: { try again.append(Samples.event(3)) }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
        #expect(try mend(again)?.position.sequence == 2)
        #expect(try again.append(Samples.event(3)).sequence == 3)
    }

    @Test("a history that was computed anew without the key is not vouched for, however whole it is")
    func forged() throws {
        let whole = try Samples.file(eventCount: 6)
        let anchor = try open(whole).position()
        for authenticCount in [0, 3] {
            var text = TrailText(whole.bytes)
            for number in (authenticCount + 1)...6 {
                text.edit(number) {
                    $0.event = $0.event.replacing("Decrypt", with: "Encrypt")
                    $0.code = "null"
                }
            }
            try text.rechain()
            text.head = text.head.dropLast(66) + String(repeating: "0", count: 64) + "\"}"
            let (file, kept) = (MemoryAuditFile(text.bytes), MemoryAuditFile())
            #expect(try Samples.verify(file.bytes).firstProblem == nil)
            let trail = try open(file)
            let repair = try mend(trail, against: anchor, keptIn: kept)
            #expect(repair?.position.sequence == UInt64(authenticCount) && repair?.evidence?.removedLineCount == 6 - authenticCount)
            #expect(kept.bytes == text.bytes)
            try trail.append(Samples.event(7))
            #expect(try Samples.verify(file.bytes).authenticatedCount == UInt64(authenticCount) + 1)
        }
    }

    @Test("of an older copy all events are authentic: nothing is taken out")
    func olderCopy() throws {
        let anchor = try open(Samples.file(eventCount: 6)).position()
        let (file, kept) = (try Samples.file(eventCount: 4), MemoryAuditFile())
        let bytes = file.bytes
        let repair = try mend(open(file), against: anchor, keptIn: kept)
        #expect(repair?.problem.kind == .rolledBack && repair?.evidence == nil && repair?.position.sequence == 4)
        #expect(file.bytes == bytes && kept.count(of: .write) == 0)
    }

    @Test("whoever had the trail open stops, or goes on from what it has become")
    func others() throws {
        for growth in 0..<6 {
            let file = try Samples.file(eventCount: 3)
            let other = try open(file)
            try other.append(Samples.event(4))
            var text = TrailText(file.bytes)
            text.lines.swapAt(1, 2)
            file.bytes = text.bytes
            let trail = try open(file)
            #expect(try mend(trail)?.position.sequence == 1)
            for number in 0..<growth { try trail.append(Samples.event(2 + number)) }
            do throws(AuditTrailError) {
                try other.append(Samples.event(50))
            } catch {
                #expect(error.code == .damaged && growth < 3, "\(growth): \(error)")
            }
            if growth > 0 { #expect(try Samples.verify(file.bytes).firstProblem == nil, "\(growth)") }
        }
    }

    @Test("in files: the copy is private, and is never written over")
    func files() throws {
        let folder = try TemporaryFolder()
        let bytes = try Self.damagedFile().bytes
        try folder.write(bytes, to: "audit.log")
        let (path, kept) = (folder.file("audit.log").string, folder.file("kept").string)
        let trail = try AuditTrail(path: path)
        try trail.authenticate(with: Samples.key())
        let repair = try trail.repair(against: nil, keepingDamaged: kept)
        #expect(repair?.position.sequence == 2)
        try trail.append(Samples.event(3))
        #expect(try folder.read("kept") == bytes && folder.permissions("kept") == 0o600)

        let other = try AuditTrail(path: path)
        try other.authenticate(with: Samples.key())
        try other.append(Samples.event(4))
        let damagedAgain = try folder.read("audit.log") + Array("junk\n".utf8)
        try folder.write(damagedAgain, to: "audit.log")
        let reopened = try AuditTrail(path: path)
        try reopened.authenticate(with: Samples.key())
        #expect(throws: AuditTrailError.self) { try reopened.repair(against: nil, keepingDamaged: kept) }
        #expect(try folder.read("kept") == bytes && folder.read("audit.log") == damagedAgain)
        let second = try reopened.repair(against: nil, keepingDamaged: kept + "2")
        #expect(second?.position.sequence == 4)
        try reopened.append(Samples.event(5))
        #expect(try AuditTrail(path: path).position().sequence == 5)
    }
}
