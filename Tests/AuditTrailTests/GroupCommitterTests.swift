import Dispatch
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import AuditTrail

@Suite("Concurrent callers")
struct GroupCommitterTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("audit.log").string }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("eight tasks on one trail make one unbroken chain, grouped and not")
    func oneTrail() async throws {
        let trail = try AuditTrail(path: path)
        try trail.authenticate(with: Samples.key())
        let sequences = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for task in 0..<8 {
                group.addTask {
                    var sequences: [UInt64] = []
                    for number in 0..<25 {
                        let event = Samples.event(task * 25 + number)
                        let position = number % 5 == 0 ? try trail.append(event) : try await trail.appendGrouped(event)
                        sequences.append(position.sequence)
                    }
                    return sequences
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(sequences.sorted() == Array(1...200))
        #expect(
            try trail.verify(against: trail.position())
                == AuditVerification(
                    eventCount: 200, authenticatedCount: 200, unfinishedByteCount: 0, acceptanceCount: 0, firstProblem: nil))
        #expect(try eventIDs(trail).count == 200)
    }

    @Test("two trails on one file, as in two processes, make one unbroken chain")
    func twoTrails() async throws {
        let trails = try (0..<2).map { _ in try AuditTrail(path: path) }
        for trail in trails { try trail.authenticate(with: Samples.key()) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<15 {
                        let event = Samples.event(task * 15 + number)
                        if number % 2 == 0 {
                            try await trails[task % 2].appendGrouped(event)
                        } else {
                            try trails[task % 2].append(event)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        for trail in trails {
            #expect(try trail.position().sequence == 120)
            #expect(
                try trail.verify(against: nil)
                    == AuditVerification(
                        eventCount: 120, authenticatedCount: 120, unfinishedByteCount: 0, acceptanceCount: 0, firstProblem: nil))
            #expect(try eventIDs(trail).count == 120)
        }
    }

    @Test("readers and verifiers see a sound trail while others append")
    func readersMeanwhile() async throws {
        let trail = try AuditTrail(path: path)
        let other = try AuditTrail(path: path)
        try trail.authenticate(with: Samples.key())
        try other.authenticate(with: Samples.key())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for number in 0..<60 { try await trail.appendGrouped(Samples.event(number)) } }
            group.addTask {
                for _ in 0..<60 {
                    let before = try other.position()
                    let verification = try other.verify(against: before)
                    #expect(verification.firstProblem == nil)
                    #expect(verification.eventCount >= before.sequence)
                    var last: UInt64?
                    try other.forEachNewestFirst { record in
                        #expect(last.map { $0 == record.sequence + 1 } ?? true)
                        last = record.sequence
                        return true
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func eventIDs(_ trail: AuditTrail) throws -> Set<String> {
        var identifiers = Set<String>()
        try trail.forEachNewestFirst { record in
            identifiers.insert(record.eventID)
            return true
        }
        return identifiers
    }

    @Test("whoever arrives during a sync shares the next one")
    func sharing() async throws {
        let gate = DispatchSemaphore(value: 0)
        gate.signal()  // for creation's sync
        let file = MemoryAuditFile { gate.wait() }
        let log = try AuditLog(file: file, path: "audit.log", access: .append)
        let committer = GroupCommitter(log: log)
        let event = try EventEncoder.encode(Samples.event(1))
        let sequences = try await withThrowingTaskGroup(of: UInt64.self) { group in
            group.addTask { try await committer.append(event).sequence }
            // The first is in its sync when its lines are in the file.
            while file.bytes.count == HeadLine.byteCount { await Task.yield() }
            for _ in 0..<20 { group.addTask { try await committer.append(event).sequence } }
            while committer.waitingCount < 20 { await Task.yield() }
            gate.signal()
            gate.signal()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sequences.sorted() == Array(1...21))
        #expect(file.count(of: .synchronize) == 3)  // creation, the first, the other twenty
        #expect(file.count(of: .write) == 5)
    }

    @Test("a group has its limit: more requests make more groups, in the order of their arrival")
    func groupLimit() async throws {
        let gate = DispatchSemaphore(value: 0)
        gate.signal()  // for creation's sync
        let file = MemoryAuditFile { gate.wait() }
        let committer = GroupCommitter(log: try AuditLog(file: file, path: "audit.log", access: .append))
        var large = Samples.event(1)
        large.requestParameters = [("filler", .string(String(repeating: "f", count: 100_000)))]
        let event = try EventEncoder.encode(large)
        let count = 2 * (GroupCommitter.groupByteLimit / event.count)  // two full groups
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await committer.append(event) }
            while file.bytes.count == HeadLine.byteCount { await Task.yield() }
            for _ in 0..<count { group.addTask { _ = try await committer.append(event) } }
            while committer.waitingCount < count { await Task.yield() }
            for _ in 0..<3 { gate.signal() }
            try await group.waitForAll()
        }
        #expect(file.count(of: .synchronize) == 4)
        #expect(try Samples.verify(file.bytes).eventCount == UInt64(count + 1))
    }

    @Test("a cancelled caller's event is recorded, and it hears so")
    func cancellation() async throws {
        let trail = try AuditTrail(file: MemoryAuditFile(), path: "audit.log")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await trail.appendGrouped(Samples.event(1))
        }
        #expect(try await task.value.sequence == 1)
        #expect(try trail.position().sequence == 1)
    }

    @Test("nothing of a trail outlives it")
    func lifetime() async throws {
        weak var file: MemoryAuditFile?
        do {
            let strong = MemoryAuditFile()
            file = strong
            let trail = try AuditTrail(file: strong, path: "audit.log")
            try await trail.appendGrouped(Samples.event(1))
        }
        // The queue's thread may still be on its way out of the group.
        let deadline = ContinuousClock.now + .seconds(10)
        while file != nil, ContinuousClock.now < deadline { await Task.yield() }
        #expect(file == nil)
    }
}
