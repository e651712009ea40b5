import Foundation
import OpenSSL
import Testing

@testable import AuditTrail

@Suite("Crashes and failing disks")
struct FaultTests {
    private func open(_ file: MemoryAuditFile) throws -> AuditTrail {
        let trail = try AuditTrail(file: file, path: "audit.log")
        try trail.authenticate(with: Samples.key())
        return trail
    }

    private func expectUnavailable(_ body: () throws -> Void) {
        #expect(performing: body, throws: { ($0 as? AuditTrailError)?.code == .unavailable })
    }

    // MARK: Failing calls

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let call: MemoryAuditFile.Call
        let number: Int
        let errno: Int32
        /// What the message has to tell a person.
        let advice: String
    }

    static let faults = [
        Fault(testDescription: "the lines meet a full disk", call: .write, number: 1, errno: ENOSPC, advice: "free some space"),
        Fault(testDescription: "the lines meet a quota", call: .write, number: 1, errno: EDQUOT, advice: "free some space"),
        Fault(testDescription: "the lines meet a read-only disk", call: .write, number: 1, errno: EROFS, advice: "writable"),
        Fault(testDescription: "the lines meet a broken disk", call: .write, number: 1, errno: EIO, advice: "the disk"),
        Fault(testDescription: "the head meets a broken disk", call: .write, number: 2, errno: EIO, advice: "the disk"),
        Fault(testDescription: "the sync meets a full disk", call: .synchronize, number: 1, errno: ENOSPC, advice: "free some space"),
        Fault(testDescription: "the sync meets a broken disk", call: .synchronize, number: 1, errno: EIO, advice: "the disk"),
        Fault(testDescription: "the lock fails", call: .lock, number: 1, errno: ENOLCK, advice: "check"),
        Fault(testDescription: "the status fails", call: .status, number: 1, errno: EIO, advice: "the disk"),
    ]

    @Test("a failing step leaves the old state, and the event is not acknowledged", arguments: faults)
    func oldState(fault: Fault) throws {
        let file = try Samples.file(eventCount: 2)
        let trail = try open(file)
        let old = file.bytes
        let position = try trail.position()
        file.fail(fault.call, number: fault.number, errno: fault.errno)
        #expect(
            performing: { try trail.append(Samples.event(3)) },
            throws: { error in
                let error = error as? AuditTrailError
                return error?.code == .unavailable && error?.message.contains(fault.advice) == true
            })
        #expect(file.bytes == old)
        #expect(try trail.position() == position)
        // Opened anew, it goes on.
        let reopened = try open(file)
        #expect(try reopened.append(Samples.event(3)).sequence == 3)
        #expect(try reopened.verify(against: position).firstProblem == nil)
    }

    @Test("after a failed write the same trail goes on, after a failed sync it refuses until it is opened anew")
    func goingOn() throws {
        let file = try Samples.file(eventCount: 1)
        let trail = try open(file)
        file.fail(.write, errno: ENOSPC)
        expectUnavailable { try trail.append(Samples.event(2)) }
        #expect(try trail.append(Samples.event(2)).sequence == 2)
        file.fail(.synchronize, errno: EIO)
        expectUnavailable { try trail.append(Samples.event(3)) }
        expectUnavailable { try trail.append(Samples.event(3)) }
        #expect(try open(file).append(Samples.event(3)).sequence == 3)
    }

    @Test("when even taking back fails, the trail refuses, and the next opening repairs")
    func takingBackFails() throws {
        let file = try Samples.file(eventCount: 1)
        let trail = try open(file)
        let old = file.bytes
        file.fail(.write, errno: ENOSPC)
        file.fail(.truncate, errno: EIO)
        expectUnavailable { try trail.append(Samples.event(2)) }
        #expect(file.bytes.count > old.count)
        expectUnavailable { try trail.append(Samples.event(2)) }
        let reopened = try open(file)
        #expect(try reopened.verify(against: nil).unfinishedByteCount == file.bytes.count - old.count)
        try reopened.append(Samples.event(2))
        #expect(
            try reopened.verify(against: nil)
                == AuditVerification(
                    eventCount: 2, authenticatedCount: 2, unfinishedByteCount: 0, acceptanceCount: 0, firstProblem: nil))
    }

    @Test("a failing step fails every event of its group")
    func group() async throws {
        let file = try Samples.file(eventCount: 1)
        let trail = try open(file)
        let old = file.bytes
        file.fail(.synchronize, errno: EIO)
        await #expect(throws: AuditTrailError.self) { try await trail.appendGrouped(Samples.event(2)) }
        #expect(file.bytes == old)
        await #expect(throws: AuditTrailError.self) { try await trail.appendGrouped(Samples.event(2)) }
    }

    @Test(
        "each call that creation makes may fail: nothing is opened, and the next opening succeeds",
        arguments: [
            (MemoryAuditFile.Call.lock, 1), (.read, 1), (.write, 1), (.synchronize, 1), (.synchronizeFolder, 1), (.lock, 2), (.status, 1),
            (.read, 2),
        ])
    func creation(call: MemoryAuditFile.Call, number: Int) throws {
        let file = MemoryAuditFile()
        file.fail(call, number: number, errno: EIO)
        expectUnavailable { _ = try AuditTrail(file: file, path: "audit.log") }
        #expect(try open(file).append(Samples.event(1)).sequence == 1)
        #expect(try Samples.verify(file.bytes).firstProblem == nil)
    }

    @Test("a file that was removed while open takes no event")
    func removed() throws {
        let file = try Samples.file(eventCount: 1)
        let trail = try open(file)
        file.removeName()
        expectUnavailable { try trail.append(Samples.event(2)) }
    }

    // MARK: Kills and power cuts

    @Test("a kill at any byte of a record leaves a trail that goes on and verifies")
    func tornRecord() throws {
        let before = try Samples.file(eventCount: 2).bytes
        let after = try Samples.file(eventCount: 3).bytes
        // The head is written after the record, so it is still the old one.
        let lines = before.prefix(HeadLine.byteCount) + after.dropFirst(HeadLine.byteCount)
        for size in before.count...lines.count {
            let file = MemoryAuditFile(Array(lines.prefix(size)))
            let isWhole = size == lines.count
            let torn = try Samples.verify(file.bytes)
            #expect(torn.firstProblem == nil && torn.unfinishedByteCount == (isWhole ? 0 : size - before.count), "\(size)")
            let trail = try open(file)
            #expect(try trail.append(Samples.event(9)).sequence == (isWhole ? 4 : 3), "\(size)")
            let verification = try trail.verify(against: nil)
            #expect(verification.firstProblem == nil && verification.unfinishedByteCount == 0, "\(size)")
        }
    }

    @Test("a kill at any byte of the first head leaves a file that becomes a trail")
    func tornHead() throws {
        let head = HeadLine.empty.bytes
        for size in 0...head.count {
            let file = MemoryAuditFile(Array(head.prefix(size)))
            #expect(try open(file).append(Samples.event(1)).sequence == 1)
            #expect(try Samples.verify(file.bytes).eventCount == 1)
        }
    }

    @Test("bytes that the head counts as recorded are never cut off", arguments: [1, 2, 100])
    func countedBytes(missing: Int) throws {
        let file = try Samples.file(eventCount: 3)
        file.bytes.removeLast(missing)
        let old = file.bytes
        let trail = try AuditTrail(file: file, path: "audit.log")
        #expect(performing: { try trail.append(Samples.event(4)) }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
        #expect(file.bytes == old)
        #expect(try Samples.verify(old).firstProblem?.kind == .truncated)
    }

    @Test("a damaged end takes no event, with and without the key")
    func damagedEnd() throws {
        let original = TrailText(try Samples.file(eventCount: 3).bytes)
        var changed = original
        changed.edit(3) { $0.event = $0.event.replacingOccurrences(of: "Decrypt", with: "Encrypt") }
        var rechained = changed
        try rechained.rechain()
        var headless = original
        headless.head = String(repeating: "x", count: 203)
        // Only the key tells a chain that somebody computed anew from the original.
        for (text, keys) in [(changed, [true, false]), (rechained, [true]), (headless, [true, false])] {
            for withKey in keys {
                let file = MemoryAuditFile(text.bytes)
                let trail = try AuditTrail(file: file, path: "audit.log")
                if withKey { try trail.authenticate(with: Samples.key()) }
                #expect(performing: { try trail.append(Samples.event(4)) }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
                #expect(file.bytes == text.bytes)
            }
        }
    }

    @Test("a file that became shorter under an open trail takes no event")
    func shrunk() throws {
        let file = try Samples.file(eventCount: 3)
        let trail = try open(file)
        #expect(try trail.position().sequence == 3)
        file.bytes = try Samples.file(eventCount: 2).bytes
        #expect(performing: { try trail.append(Samples.event(4)) }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
    }

    @Test("the largest number that can be read is not passed")
    func lastNumber() throws {
        var text = TrailText(try Samples.file(eventCount: 1, authenticated: false).bytes)
        try text.editWithHash(1) { $0.sequence = EventLine.sequenceLimit }
        text.setHead(sequence: 0, hash: String(repeating: "0", count: 64))
        let trail = try AuditTrail(file: MemoryAuditFile(text.bytes), path: "audit.log")
        #expect(try trail.position().sequence == EventLine.sequenceLimit)
        #expect(performing: { try trail.append(Samples.event(2)) }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
    }
}
