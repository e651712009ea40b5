import Foundation
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import AuditTrail

@Suite("A trail on the disk")
struct AuditTrailTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("audit.log").string }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    @Test("a new trail is empty, readable by its owner only, and starts with an unauthenticated head")
    func creation() throws {
        let trail = try AuditTrail(path: path)
        #expect(try trail.position() == .start)
        #expect(try trail.verify(against: .start).firstProblem == nil)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try bytes() == HeadLine.empty.bytes)
    }

    @Test("appended events are numbered, linked, and still there when the trail is opened again")
    func reopening() throws {
        var anchors: [AuditPosition] = []
        for round in 0..<3 {
            let trail = try AuditTrail(path: path)
            try trail.authenticate(with: Samples.key())
            for number in 1...3 { anchors.append(try trail.append(Samples.event(round * 3 + number))) }
            #expect(try trail.position() == anchors.last)
        }
        #expect(anchors.map(\.sequence) == Array(1...9))
        let reader = try AuditTrail(path: path, access: .readOnly)
        try reader.authenticate(with: Samples.key())
        for anchor in anchors {
            #expect(
                try reader.verify(against: anchor)
                    == AuditVerification(
                        eventCount: 9, authenticatedCount: 9, unfinishedByteCount: 0, acceptanceCount: 0, firstProblem: nil))
        }
    }

    @Test("every line is JSON to an independent parser, also with hostile strings")
    func everyLineIsJSON() throws {
        let trail = try AuditTrail(path: path)
        for (index, text) in EventEncoderTests.hostileStrings.enumerated() {
            if index == 5 { try trail.authenticate(with: Samples.key()) }
            var event = Samples.event(index, name: text)
            event.requestParameters = [(text, .string(text))]
            try trail.append(event)
        }
        let lines = try bytes().split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(lines.count == EventEncoderTests.hostileStrings.count + 2)
        #expect(lines.last?.isEmpty == true)
        for (index, line) in lines.dropLast().enumerated() {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            if index == 0 {
                #expect(object["cofferAuditTrail"] as? Int == 1)
            } else {
                #expect(object["sequence"] as? Int == index)
                let name = (object["event"] as? [String: Any])?["eventName"] as? String
                #expect(name == EventEncoderTests.hostileStrings[index - 1])
            }
        }
        #expect(try trail.verify(against: nil).firstProblem == nil)
    }

    @Test("records come newest first, with what they are listed by, until the reader has enough")
    func newestFirst() throws {
        let trail = try AuditTrail(path: path)
        try trail.append(Samples.event(1, name: "Unseal"))
        try trail.authenticate(with: Samples.key())
        var failed = Samples.event(2)
        failed.errorCode = "DisabledException"
        failed.readOnly = false
        failed.resources = []
        try trail.append(failed)
        try trail.append(Samples.event(3))
        var records: [AuditRecord] = []
        try trail.forEachNewestFirst { record in
            records.append(record)
            return true
        }
        #expect(records.map(\.sequence) == [3, 2, 1])
        #expect(records.map(\.isAuthenticated) == [true, true, false])
        #expect(records.map(\.eventName) == ["Decrypt", "Decrypt", "Unseal"])
        #expect(records.map(\.errorCode) == [nil, "DisabledException", nil])
        #expect(records.map(\.readOnly) == [true, false, true])
        #expect(records.map(\.resources) == [[Samples.keyARN], [], [Samples.keyARN]])
        #expect(records[0].eventTime == Samples.event(3).eventTime)
        #expect(records[0].eventID == Samples.event(3).eventID)
        #expect(records[0].eventSource == "kms.amazonaws.com")
        #expect(records[0].userName == "ada")
        #expect(records[1].json == String(decoding: try EventEncoder.encode(failed), as: UTF8.self))
        var seen = 0
        try trail.forEachNewestFirst { _ in
            seen += 1
            return seen < 2
        }
        #expect(seen == 2)
    }

    @Test("a trail has its own positions and no other")
    func positions() throws {
        let trail = try AuditTrail(file: MemoryAuditFile(), path: "audit.log")
        #expect(try trail.contains(.start))
        var positions: [AuditPosition] = []
        for number in 1...300 { positions.append(try trail.append(Samples.event(number))) }
        for position in positions { #expect(try trail.contains(position)) }
        let hash = positions[7].hash
        for sequence: UInt64 in [0, 1, 7, 9, 300, 301, .max] {
            #expect(try !trail.contains(AuditPosition(sequence: sequence, hash: hash)), "\(sequence)")
        }
    }

    @Test("a record whose content was changed is not shown as authenticated")
    func changedRecord() throws {
        var text = TrailText(try Samples.file(eventCount: 3).bytes)
        text.edit(2) { $0.event = $0.event.replacingOccurrences(of: "Decrypt", with: "Encrypt") }
        let trail = try AuditTrail(file: MemoryAuditFile(text.bytes), path: "audit.log")
        try trail.authenticate(with: Samples.key())
        var marks: [Bool] = []
        try trail.forEachNewestFirst { record in
            marks.append(record.isAuthenticated)
            return true
        }
        #expect(marks == [true, false, true])
    }

    @Test("records of all sizes come back whole over block borders")
    func largeRecords() throws {
        let file = MemoryAuditFile()
        let trail = try AuditTrail(file: file, path: "audit.log")
        var expected: [String] = []
        for number in 1...60 {
            var event = Samples.event(number)
            event.requestParameters = [("filler", .string(String(repeating: "f", count: number * number * 28)))]
            event.responseElements = event.requestParameters
            expected.append(String(decoding: try EventEncoder.encode(event), as: UTF8.self))
            try trail.append(event)
        }
        var found: [String] = []
        try trail.forEachNewestFirst { record in
            found.append(record.json)
            return true
        }
        #expect(found == expected.reversed())
        #expect(try trail.verify(against: nil).eventCount == 60)
    }

    @Test("what a reader throws comes out as it is")
    func readerThrows() throws {
        struct Enough: Error {}
        let trail = try AuditTrail(file: Samples.file(eventCount: 1), path: "audit.log")
        #expect(throws: Enough.self) { try trail.forEachNewestFirst { _ in throw Enough() } }
    }

    @Test(
        "a line that is no event record is damage to a reader, not a crash",
        arguments: [
            "{}", "{\"eventTime\":1}", "{]}", "{\"a\":\"\u{FFFF}\"}",
        ])
    func strangeRecord(event: String) throws {
        var text = TrailText(try Samples.file(eventCount: 2, authenticated: false).bytes)
        text.edit(2) { $0.event = event }
        let trail = try AuditTrail(file: MemoryAuditFile(text.bytes), path: "audit.log")
        #expect(performing: { try trail.forEachNewestFirst { _ in true } }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
    }

    @Test("a read-only trail reads and refuses to append; it creates nothing")
    func readOnly() throws {
        #expect(
            performing: { try AuditTrail(path: path, access: .readOnly) },
            throws: { ($0 as? AuditTrailError)?.code == .unavailable })
        #expect(!FileManager.default.fileExists(atPath: path))
        try AuditTrail(path: path).append(Samples.event(1))
        let old = try bytes()
        let trail = try AuditTrail(path: path, access: .readOnly)
        #expect(try trail.position().sequence == 1)
        #expect(performing: { try trail.append(Samples.event(2)) }, throws: { ($0 as? AuditTrailError)?.code == .unavailable })
        #expect(try bytes() == old)
    }

    @Test("a file of a later format is refused as such, and left alone")
    func newerFormat() throws {
        let text = "{\"cofferAuditTrail\":2,\"more\":\"\(String(repeating: "x", count: 300))\"}\n"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(performing: { try AuditTrail(path: path) }, throws: { ($0 as? AuditTrailError)?.code == .newerFormat })
        #expect(try bytes() == Array(text.utf8))
    }

    @Test("a file that is something else is opened for verification, and takes no event", arguments: ["hello\n", "", "x"])
    func somethingElse(content: String) throws {
        let other = content + String(repeating: "not an audit trail\n", count: 50)
        try other.write(toFile: path, atomically: false, encoding: .utf8)
        let trail = try AuditTrail(path: path)
        #expect(try trail.verify(against: nil).firstProblem?.kind == .malformed)
        #expect(performing: { try trail.append(Samples.event(1)) }, throws: { ($0 as? AuditTrailError)?.code == .damaged })
        #expect(try bytes() == Array(other.utf8))
    }

    @Test("a link, a folder, a pipe, a missing folder and a path with a zero byte are refused, and say so")
    func strangePaths() throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file("link").string, withDestinationPath: folder.file("target").string)
        #expect(mkfifo(folder.file("pipe").string, 0o600) == 0)
        let root = folder.path.string
        for path in ["\(root)/link", root, "\(root)/pipe", "\(root)/no/such", "\(root)/a\0b", ""] {
            #expect(performing: { try AuditTrail(path: path) }, throws: { ($0 as? AuditTrailError)?.code == .unavailable })
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("target").string))
    }

    @Test("a file that is removed while open takes no event")
    func removed() throws {
        let trail = try AuditTrail(path: path)
        try trail.append(Samples.event(1))
        try FileManager.default.removeItem(atPath: path)
        #expect(performing: { try trail.append(Samples.event(2)) }, throws: { ($0 as? AuditTrailError)?.code == .unavailable })
    }

    @Test("a torn line on the disk is cut off before the next event")
    func tornTail() throws {
        try AuditTrail(path: path).append(Samples.event(1))
        let whole = try bytes()
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"sequence\":2,\"prev".utf8))
        try handle.close()
        let trail = try AuditTrail(path: path)
        #expect(try trail.position().sequence == 1)
        #expect(try trail.verify(against: nil).unfinishedByteCount == 19)
        #expect(try trail.append(Samples.event(2)).sequence == 2)
        #expect(try bytes().starts(with: whole.dropFirst(HeadLine.byteCount)) == false)
        #expect(try bytes().dropFirst(HeadLine.byteCount).starts(with: whole.dropFirst(HeadLine.byteCount)))
        #expect(
            try trail.verify(against: nil)
                == AuditVerification(
                    eventCount: 2, authenticatedCount: 0, unfinishedByteCount: 0, acceptanceCount: 0, firstProblem: nil))
    }

    @Test("a copy is the file without a torn line, in pieces that are no longer than a block and a line, and a trail of its own")
    func copied() throws {
        let trail = try AuditTrail(path: path)
        try trail.authenticate(with: SecretBytes(copying: [UInt8](repeating: 7, count: 32).span.bytes))
        for count in [0, 1, 400] {
            try trail.append((0..<count).map { Samples.event($0) })
            var pieces: [[UInt8]] = []
            let copy = try trail.copy(verifyingAgainst: try trail.position()) { pieces.append($0) }
            let whole = try bytes()
            let found = pieces.flatMap { $0 }
            #expect(found == whole)
            #expect(try copy.position == trail.position())
            #expect(try copy.verification == trail.verify(against: nil))
            #expect(try copy.digest == Digest.hash(.sha256, whole.span.bytes))
            #expect(pieces.allSatisfy { $0.count < ForwardLineReader.blockByteCount + 2000 })
            #expect(count < 400 || pieces.count > 3)
        }
        let whole = try bytes()
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"sequence\":402,".utf8))
        try handle.close()
        var found: [UInt8] = []
        let copy = try trail.copy(verifyingAgainst: nil) { found += $0 }
        #expect(found == whole && copy.verification.unfinishedByteCount == 16 && copy.verification.firstProblem == nil)
    }

    @Test("a copy of a damaged trail says what is wrong, and what writing it throws is thrown")
    func copyingFails() throws {
        let trail = try AuditTrail(path: path)
        try trail.append((0..<3).map { Samples.event($0) })
        struct Full: Error {}
        #expect(throws: Full.self) { try trail.copy(verifyingAgainst: nil) { _ in throw Full() } }
        var damaged = try bytes()
        damaged[damaged.count - 20] ^= 1
        try Data(damaged).write(to: URL(fileURLWithPath: path))
        #expect(try trail.copy(verifyingAgainst: nil) { _ in }.verification.firstProblem != nil)
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(try trail.copy(verifyingAgainst: nil) { _ in }.verification.firstProblem?.kind == .malformed)
    }
}
