import Testing

@testable import AuditTrail

@Suite("Statement about a trail")
struct AuditStatementTests {
    private static let position = AuditPosition(sequence: 1234, hash: Array(0..<32))
    private static let text = """
        coffer-audit-trail/1
        sequence 1234
        hash 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
        sha256 ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        tool coffer/1.0.0
        time 2026-11-29T12:00:00Z

        """

    @Test("it is written as documented, and read again")
    func text() throws {
        let statement = try #require(
            AuditStatement(
                position: Self.position, digest: [UInt8](repeating: 0xFF, count: 32), tool: "coffer/1.0.0", time: 1_795_953_600))
        #expect(String(decoding: statement.text, as: UTF8.self) == Self.text)
        #expect(try AuditStatement(parsing: Array(Self.text.utf8)) == statement)
    }

    @Test("no statement is made of what cannot be")
    func impossible() {
        let digest = [UInt8](repeating: 1, count: 32)
        let last = AuditPosition(sequence: EventLine.sequenceLimit, hash: digest)
        #expect(AuditStatement(position: last, digest: digest, tool: "t", time: 0) != nil)
        let behind = AuditPosition(sequence: EventLine.sequenceLimit + 1, hash: digest)
        #expect(AuditStatement(position: behind, digest: digest, tool: "t", time: 0) == nil)
        #expect(AuditStatement(position: last, digest: [1], tool: "t", time: 0) == nil)
        #expect(AuditStatement(position: last, digest: digest, tool: "t", time: 1 << 60) == nil)
        for tool in ["", "a b", "a\n", "é", String(repeating: "a", count: 65)] {
            #expect(AuditStatement(position: last, digest: digest, tool: tool, time: 0) == nil, "\(tool)")
        }
    }

    @Test("every other spelling is refused")
    func spellings() {
        let edits: [(String, String)] = [
            ("1234", "01234"), ("1234", "+1234"), ("1234", "18446744073709551616"), ("0a0b", "0A0B"), ("1e1f", "1e"), ("sha256", "hash"),
            ("coffer/1.0.0", ""), ("coffer/1.0.0", "a b"), ("12:00", "24:00"), ("Z\n", "Z"), ("Z\n", "Z\n\n"), ("Z\n", "Z\nmore 1\n"),
            ("sequence 1234\n", ""), ("\n", "\r\n"), ("/1\n", "/0\n"), ("/1\n", "/x\n"), ("coffer-audit", "coffer-manifest"),
        ]
        for (from, to) in edits {
            let text = Self.text.replacing(from, with: to, maxReplacements: 1)
            #expect(throws: AuditTrailError.self, "\(to)") { try AuditStatement(parsing: Array(text.utf8)) }
        }
        for bytes in [[], [0xFF], [UInt8](repeating: 0x0A, count: 600)] {
            #expect(throws: AuditTrailError.self) { try AuditStatement(parsing: bytes) }
        }
    }

    @Test("a later version is named as that")
    func newer() {
        let text = Self.text.replacing("trail/1\n", with: "trail/2\n")
        let error = #expect(throws: AuditTrailError.self) { try AuditStatement(parsing: Array(text.utf8)) }
        #expect(error?.code == .newerFormat && error?.message.contains("format 2") == true)
    }
}
