import OpenSSL
import Testing

@testable import AuditTrail

@Suite("Lines of the file")
struct LineFormatTests {
    private let position = AuditPosition(sequence: 12_345_678_901_234_567, hash: [UInt8](0..<32))

    private func line(code: [UInt8]?, event: String = "{\"a\":1}") -> [UInt8] {
        var writer = JSONWriter(capacity: 0)
        EventLine.write(Array(event.utf8), at: position, after: .start, code: code, to: &writer)
        return writer.bytes
    }

    /// Reads a line that still has its last byte, the line feed.
    private func parse(_ bytes: [UInt8]) throws -> EventLine {
        let line = bytes.dropLast()
        return try EventLine(parsing: line.span)
    }

    private func parseHead(_ bytes: [UInt8]) throws -> HeadLine {
        try HeadLine(parsing: bytes.span)
    }

    @Test("the head has its fixed length for every number", arguments: [0, 1, EventLine.sequenceLimit])
    func head(sequence: UInt64) throws {
        let head = HeadLine(position: AuditPosition(sequence: sequence, hash: position.hash), code: [UInt8](repeating: 0xAB, count: 32))
        #expect(head.bytes.count == HeadLine.byteCount)
        #expect(try parseHead(head.bytes) == head)
    }

    @Test("a head of a later format is told from a broken one")
    func newer() throws {
        let later = Array("{\"cofferAuditTrail\":2,\"anything\":true}\n".utf8)
        #expect(
            performing: { try parseHead(later) },
            throws: { error in
                if case HeadLine.Defect.newerFormat(2) = error { true } else { false }
            })
        for text in [
            "", "{", "{\"cofferAuditTrail\":0", "{\"cofferAuditTrail\":01", "{\"cofferAuditTrail\":-1", "{\"cofferAuditTrail\":1}",
        ] {
            #expect(
                performing: { try parseHead(Array(text.utf8)) },
                throws: { error in
                    if case HeadLine.Defect.malformed = error { true } else { false }
                })
        }
    }

    @Test("an event line is read as it was written", arguments: [nil, [UInt8](repeating: 7, count: 32)])
    func roundTrip(code: [UInt8]?) throws {
        let bytes = line(code: code)
        let parsed = try parse(bytes)
        #expect(parsed.position == position)
        #expect(parsed.previous == AuditPosition.start.hash)
        #expect(parsed.code == code)
        #expect(String(decoding: bytes[parsed.event], as: UTF8.self) == "{\"a\":1}")
    }

    @Test("the longest line that is written can be read, a longer one not")
    func longest() throws {
        let frame = line(code: position.hash, event: "").count - 1 - "12345678901234567".count + 20
        #expect(frame == EventLine.frameByteLimit)
        let event = "{" + String(repeating: "x", count: EventLine.eventByteLimit - 2) + "}"
        _ = try parse(line(code: position.hash, event: event))
        let longer = "{" + String(repeating: "x", count: EventLine.byteLimit) + "}"
        #expect(throws: MalformedLine.self) { try parse(line(code: nil, event: longer)) }
    }

    @Test("no prefix of a line is a line")
    func prefixes() {
        let bytes = line(code: position.hash)
        for count in 1..<bytes.count {
            #expect(throws: MalformedLine.self) { try parse(Array(bytes.prefix(count))) }
        }
    }

    @Test("a position is in words of its own: label, number and hash cannot run into each other")
    func labels() throws {
        var chain = try EventChain(authenticator: HMAC(.sha256, key: Samples.key()))
        #expect(try chain.eventCode(for: position) != chain.headCode(for: position))
        let other = AuditPosition(sequence: position.sequence + 1, hash: position.hash)
        #expect(try chain.eventCode(for: position) != chain.eventCode(for: other))
    }
}
