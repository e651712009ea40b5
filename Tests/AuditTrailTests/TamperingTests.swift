import Foundation
import Testing

@testable import AuditTrail

@Suite("Tampering with a trail")
struct TamperingTests {
    typealias Kind = AuditProblem.Kind

    /// What an attacker does to the text, and what has to be found.
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: Kind
        let sequence: UInt64
        let line: Int
        let edit: @Sendable (inout TrailText) throws -> Void

        init(_ name: String, _ kind: Kind, _ sequence: UInt64, line: Int, _ edit: @escaping @Sendable (inout TrailText) throws -> Void) {
            testDescription = name
            self.kind = kind
            self.sequence = sequence
            self.line = line
            self.edit = edit
        }
    }

    private static func forge(_ event: inout String) { event = event.replacingOccurrences(of: "Decrypt", with: "Encrypt") }

    static let attacks: [Attack] = [
        Attack("an event's content is changed", .changed, 3, line: 4) { $0.edit(3) { forge(&$0.event) } },
        Attack("an event is changed and its own hash computed", .changed, 3, line: 4) { text in
            try text.editWithHash(3) { forge(&$0.event) }
        },
        Attack("an event is changed and the chain computed to the end", .changed, 3, line: 4) { text in
            text.edit(3) { forge(&$0.event) }
            try text.rechain()
        },
        Attack("an event is changed, loses its MAC, and the chain is computed", .changed, 4, line: 5) { text in
            text.edit(3) {
                forge(&$0.event); $0.code = "null"
            }
            try text.rechain()
        },
        Attack("an event is replaced alone, without a MAC but with a fitting hash", .changed, 3, line: 4) { text in
            try text.editWithHash(3) {
                forge(&$0.event); $0.code = "null"
            }
        },
        Attack("an event's hash is changed", .changed, 2, line: 3) { $0.edit(2) { $0.hash = String($0.hash.reversed()) } },
        Attack("an event's link is changed", .changed, 2, line: 3) { $0.edit(2) { $0.previous = String($0.previous.reversed()) } },
        Attack("an event's MAC is changed", .changed, 2, line: 3) { $0.edit(2) { $0.code = String($0.code.reversed()) } },
        Attack("a MAC is taken from another event", .changed, 2, line: 3) { text in
            let other = TrailText.Parts(text.lines[4]).code
            text.edit(2) { $0.code = other }
        },
        Attack("an event's number is changed", .changed, 2, line: 3) { $0.edit(2) { $0.sequence = 7 } },
        Attack("the first event is replaced by one with a past", .changed, 1, line: 2) { text in
            text.edit(1) { $0.previous = String(repeating: "a", count: 64) }
            try text.editWithHash(1) { _ in }
        },
        Attack("an event is removed", .missing, 3, line: 4) { $0.lines.remove(at: 2) },
        Attack("three events are removed", .missing, 2, line: 3) { $0.lines.removeSubrange(1..<4) },
        Attack("the first event is removed", .missing, 1, line: 2) { $0.lines.removeFirst() },
        Attack("an event is removed and the chain computed", .changed, 3, line: 4) { text in
            text.lines.remove(at: 2)
            try text.rechain()
        },
        Attack("two events are exchanged", .reordered, 3, line: 4) { $0.lines.swapAt(2, 3) },
        Attack("two events far apart are exchanged", .reordered, 1, line: 2) { $0.lines.swapAt(0, 5) },
        Attack("an event is moved forward", .reordered, 2, line: 3) { $0.lines.insert($0.lines.remove(at: 1), at: 4) },
        Attack("an event is moved back", .reordered, 2, line: 3) { $0.lines.insert($0.lines.remove(at: 4), at: 1) },
        Attack("events are exchanged and the chain computed", .changed, 3, line: 4) { text in
            text.lines.swapAt(2, 3)
            try text.rechain()
        },
        Attack("an event is repeated", .inserted, 3, line: 5) { $0.lines.insert($0.lines[2], at: 3) },
        Attack("an old event is repeated at the end", .inserted, 2, line: 8) { $0.lines.append($0.lines[1]) },
        Attack("a forged event without MAC is put before another", .inserted, 3, line: 5) { text in
            var forged = TrailText.Parts(text.lines[2])
            forge(&forged.event)
            forged.code = "null"
            forged.hash = try TrailText.hash(forged)
            text.lines.insert(forged.line, at: 2)
        },
        Attack("a forged event is put in and the chain computed", .changed, 4, line: 5) { text in
            var forged = TrailText.Parts(text.lines[2])
            forged.code = "null"
            text.lines.insert(forged.line, at: 2)
            try text.rechain()
        },
        Attack("the last event is removed", .truncated, 6, line: 7) { $0.lines.removeLast() },
        Attack("all events are removed", .truncated, 1, line: 2) { $0.lines.removeAll() },
        Attack("the last event is removed and the head set back", .headForged, 5, line: 1) { text in
            text.lines.removeLast()
            text.setHead(sequence: 5, hash: TrailText.Parts(text.lines[4]).hash)
        },
        Attack("the last event is removed and the head set back without a MAC", .headForged, 5, line: 1) { text in
            text.lines.removeLast()
            text.setHead(sequence: 5, hash: TrailText.Parts(text.lines[4]).hash)
            text.head = text.head.dropLast(66) + String(repeating: "0", count: 64) + "\"}"
        },
        Attack("the head loses its MAC", .headForged, 6, line: 1) {
            $0.head = $0.head.dropLast(66) + String(repeating: "0", count: 64) + "\"}"
        },
        Attack("the last event loses its MAC", .changed, 6, line: 7) { $0.edit(6) { $0.code = "null" } },
        Attack("the last event is forged without a MAC and the chain computed", .headForged, 6, line: 1) { text in
            text.edit(6) {
                forge(&$0.event); $0.code = "null"
            }
            try text.rechain()
        },
        Attack("the last event is forged without a MAC, the head left", .changed, 6, line: 7) { text in
            try text.editWithHash(6) {
                forge(&$0.event); $0.code = "null"
            }
        },
        Attack("a line is not JSON", .malformed, 4, line: 5) { $0.lines[3] = "hello" },
        Attack("a line has white space", .malformed, 4, line: 5) { $0.lines[3].insert(" ", at: $0.lines[3].startIndex) },
        Attack("a number has a leading zero", .malformed, 4, line: 5) {
            $0.lines[3] = $0.lines[3].replacingOccurrences(of: "\"sequence\":4", with: "\"sequence\":04")
        },
        Attack("a number does not fit 64 bits", .malformed, 4, line: 5) {
            $0.lines[3] = $0.lines[3].replacingOccurrences(of: "\"sequence\":4", with: "\"sequence\":18446744073709551620")
        },
        Attack("a hash has a capital digit", .malformed, 4, line: 5) { $0.edit(4) { $0.hash = $0.hash.uppercased() } },
        Attack("a line is endless", .malformed, 4, line: 5) { $0.lines[3] += String(repeating: "x", count: 300_000) },
        Attack("the head is not one", .malformed, 0, line: 1) { $0.head = String(repeating: " ", count: 203) },
    ]

    @Test("is found and named", arguments: attacks)
    func attack(_ attack: Attack) throws {
        var text = TrailText(try Samples.file(eventCount: 6).bytes)
        try attack.edit(&text)
        let verification = try Samples.verify(text.bytes)
        let problem = try #require(verification.firstProblem)
        #expect(problem.kind == attack.kind, "\(problem)")
        #expect(problem.sequence == attack.sequence, "\(problem)")
        #expect(problem.line == attack.line, "\(problem)")
    }

    @Test("leaves the count of events before it", arguments: [1, 3, 6])
    func countBefore(sequence: Int) throws {
        var text = TrailText(try Samples.file(eventCount: 6).bytes)
        text.edit(sequence) { Self.forge(&$0.event) }
        let verification = try Samples.verify(text.bytes)
        #expect(verification.eventCount == UInt64(sequence - 1))
        #expect(verification.authenticatedCount == UInt64(sequence - 1))
    }

    private func isUnseen(_ bytes: [UInt8], withKey: Bool = true) throws -> Bool {
        do {
            return try Samples.verify(bytes, withKey: withKey).firstProblem == nil
        } catch let error as AuditTrailError where error.code == .newerFormat {
            return false  // the format's version was changed
        }
    }

    @Test("cannot change any byte of the file unseen, under the key", arguments: [UInt8(0x01), 0x20, 0x80, 0xFF])
    func everyByte(mask: UInt8) throws {
        let bytes = try Samples.file(eventCount: 3).bytes
        #expect(try Samples.verify(bytes).firstProblem == nil)
        let unseen = try bytes.indices.filter { index in
            var changed = bytes
            changed[index] ^= mask
            return try isUnseen(changed)
        }
        #expect(unseen.isEmpty)
    }

    @Test("cannot put a line feed or a zero anywhere unseen", arguments: [UInt8(0x0A), 0x00, 0x30])
    func everyByteReplaced(value: UInt8) throws {
        let bytes = try Samples.file(eventCount: 3).bytes
        let unseen = try bytes.indices.filter { index in
            var changed = bytes
            changed[index] = value
            return try changed != bytes && isUnseen(changed)
        }
        #expect(unseen.isEmpty)
    }

    @Test("cannot remove any byte unseen")
    func everyByteRemoved() throws {
        let bytes = try Samples.file(eventCount: 3).bytes
        let unseen = try bytes.indices.filter { index in
            var changed = bytes
            changed.remove(at: index)
            return try isUnseen(changed)
        }
        #expect(unseen.isEmpty)
    }

    @Test("cannot change any byte of an event unseen when the plain chain is computed anew")
    func everyByteRechained() throws {
        let original = TrailText(try Samples.file(eventCount: 3).bytes)
        for sequence in 1...3 {
            let event = Array(TrailText.Parts(original.lines[sequence - 1]).event.utf8)
            for index in event.indices.dropFirst().dropLast() {
                var changed = event
                changed[index] = changed[index] == 0x78 ? 0x79 : 0x78
                var text = original
                text.edit(sequence) { $0.event = String(decoding: changed, as: UTF8.self) }
                try text.rechain()
                #expect(try Samples.verify(text.bytes, withKey: false).firstProblem == nil, "without the key this is a sound chain")
                let problem = try #require(try Samples.verify(text.bytes).firstProblem, "event \(sequence), byte \(index)")
                #expect(problem.kind == .changed && problem.sequence == UInt64(sequence))
            }
        }
    }

    @Test("without the key can hide in the digits of MACs only")
    func everyByteWithoutKey() throws {
        let bytes = try Samples.file(eventCount: 3).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        var inCode = Set<Int>()
        for range in text.ranges(of: /"mac":"[0-9a-f]{64}"/) {
            let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound) + "\"mac\":\"".utf8.count
            inCode.formUnion(start..<(start + 64))
        }
        #expect(inCode.count == 4 * 64)
        let unseen = try bytes.indices.filter { index in
            var changed = bytes
            changed[index] = changed[index] == 0x35 ? 0x36 : 0x35
            return try isUnseen(changed, withKey: false)
        }
        #expect(Set(unseen) == inCode)
    }

    @Test("with another key finds the first event")
    func otherKey() throws {
        let file = try Samples.file(eventCount: 2)
        let trail = try AuditTrail(file: file, path: "audit.log")
        try trail.authenticate(with: Samples.key(0x55))
        let problem = try #require(try trail.verify(against: nil).firstProblem)
        #expect(problem.kind == .changed && problem.sequence == 1)
        let old = file.bytes
        #expect(performing: { try trail.append(Samples.event(3)) }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
        #expect(file.bytes == old)
        // The right key makes it good again.
        try trail.authenticate(with: Samples.key())
        #expect(try trail.append(Samples.event(3)).sequence == 3)
    }

    // MARK: Anchors

    private func positions(_ count: Int) throws -> (MemoryAuditFile, [AuditPosition], [[UInt8]]) {
        let file = MemoryAuditFile()
        let trail = try AuditTrail(file: file, path: "audit.log")
        try trail.authenticate(with: Samples.key())
        var states = [file.bytes]
        var positions = [try trail.position()]
        for number in 1...count {
            positions.append(try trail.append(Samples.event(number)))
            states.append(file.bytes)
        }
        return (file, positions, states)
    }

    @Test("every position that the trail had is a good anchor")
    func goodAnchors() throws {
        let (file, positions, _) = try positions(4)
        for anchor in positions { #expect(try Samples.verify(file.bytes, anchor: anchor).firstProblem == nil) }
    }

    @Test("an older copy of the file is whole, and found by the anchor alone", arguments: 0...3)
    func rolledBack(count: Int) throws {
        let (_, positions, states) = try positions(4)
        #expect(try Samples.verify(states[count]).firstProblem == nil)
        let problem = try #require(try Samples.verify(states[count], anchor: positions[4]).firstProblem)
        #expect(problem.kind == .rolledBack)
        #expect(problem.sequence == UInt64(count + 1))
        #expect(problem.line == count + 2)
    }

    @Test("a file with another history is found by the anchor")
    func forked() throws {
        let (_, positions, states) = try positions(4)
        let fork = MemoryAuditFile(states[1])
        let trail = try AuditTrail(file: fork, path: "audit.log")
        try trail.authenticate(with: Samples.key())
        for number in 12...19 { try trail.append(Samples.event(number)) }
        #expect(try Samples.verify(fork.bytes).firstProblem == nil)
        let problem = try #require(try Samples.verify(fork.bytes, anchor: positions[3]).firstProblem)
        #expect(problem.kind == .rolledBack)
        #expect(problem.sequence == 3)
        #expect(problem.line == 4)
    }

    @Test("a lagging head with events cut off is found by the anchor as truncated")
    func truncatedBehindHead() throws {
        let (_, positions, states) = try positions(4)
        // The head of event 1, the lines of events 1 to 3.
        let bytes = states[1].prefix(HeadLine.byteCount) + states[3].dropFirst(HeadLine.byteCount)
        #expect(try Samples.verify(Array(bytes)).firstProblem == nil)
        let problem = try #require(try Samples.verify(Array(bytes), anchor: positions[4]).firstProblem)
        #expect(problem.kind == .truncated && problem.sequence == 4)
    }

    // MARK: Sealed times

    @Test("events recorded while sealed are covered by the next authenticated one, and counted when none follows")
    func sealed() throws {
        let file = MemoryAuditFile()
        let trail = try AuditTrail(file: file, path: "audit.log")
        try trail.append(Samples.event(1))
        try trail.append(Samples.event(2))
        let unsealed = try AuditTrail(file: file, path: "audit.log")
        try unsealed.authenticate(with: Samples.key())
        try unsealed.append(Samples.event(3))
        #expect(
            try unsealed.verify(against: nil)
                == AuditVerification(
                    eventCount: 3, authenticatedCount: 3, unfinishedByteCount: 0, acceptanceCount: 0, firstProblem: nil))
        let sealedAgain = try AuditTrail(file: file, path: "audit.log")
        try sealedAgain.append(Samples.event(4))
        #expect(
            try unsealed.verify(against: nil)
                == AuditVerification(
                    eventCount: 4, authenticatedCount: 3, unfinishedByteCount: 0, acceptanceCount: 0, firstProblem: nil))
        #expect(try sealedAgain.verify(against: nil).authenticatedCount == 0)

        var text = TrailText(file.bytes)
        text.edit(1) { Self.forge(&$0.event) }
        try text.rechain()
        let problem = try #require(try Samples.verify(text.bytes).firstProblem)
        #expect(problem.kind == .changed && problem.sequence == 3)
    }
}

extension TrailText {
    /// Changes one line and gives it the hash that fits its own content.
    mutating func editWithHash(_ sequence: Int, _ body: (inout Parts) -> Void) throws {
        var parts = Parts(lines[sequence - 1])
        body(&parts)
        parts.hash = try Self.hash(parts)
        lines[sequence - 1] = parts.line
    }
}
