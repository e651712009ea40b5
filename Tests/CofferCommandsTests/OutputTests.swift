import Foundation
import KeyStore
import OpenSSL
import Testing

@testable import CofferCommands

@Suite("Output")
struct OutputTests {
    @Test("columns are as wide as their widest cell, and no line ends in spaces")
    func tables() {
        let table = TableOutput(header: ["A", "LONGER"], rows: [["wide cell", "x"], ["y", "z"]])
        #expect(table.text == "A          LONGER\nwide cell  x\ny          z\n")
    }

    @Test("fields are aligned, and those without a value left out")
    func fields() {
        #expect(FieldsOutput([("A", "1"), ("Long", "2"), ("None", nil)]).text == "A:    1\nLong: 2\n")
    }

    @Test("times are RFC 3339 in UTC, and read back")
    func times() throws {
        #expect(Timestamp(seconds: 1_793_491_200).rfc3339 == "2026-11-01T00:00:00Z")
        for text in ["2026-11-01T00:00:00Z", "2026-11-01", "2026-11-01T02:00:00+02:00"] {
            #expect(try Timestamp(rfc3339: text, option: "--valid-to") == Timestamp(seconds: 1_793_491_200), "\(text)")
        }
        for text in ["tomorrow", "", "2026-13-01", "2026-02-30", "2026-11-01T25:00:00Z", "2026-11-01T25:00:00+02:00"] {
            #expect(throws: CommandError.self) { try Timestamp(rfc3339: text, option: "--valid-to") }
        }
    }

    @Test("--at with a second means all of that second, and with less or more exactly what it says")
    func timesOfLooksBack() throws {
        let second = Timestamp(seconds: 1_793_491_200).nanoseconds
        for (text, rest) in [
            ("2026-11-01T00:00:00Z", Int64(999_999_999)), ("2026-11-01T02:00:00+02:00", 999_999_999), ("2026-11-01T00:00Z", 0),
            ("2026-11-01", 0),
            ("2026-11-01T00:00:00.5Z", 500_000_000), ("10m", -600_000_000_000), ("1d", -86_400_000_000_000),
        ] {
            #expect(try Timestamp(asOf: text, now: Timestamp(nanoseconds: second)).nanoseconds == second + rest, "\(text)")
        }
        for text in ["10", "10M", "-10m", "0m", "1w", "yesterday"] {
            #expect(throws: CommandError.self) { try Timestamp(asOf: text, now: Timestamp(nanoseconds: second)) }
        }
    }

    @Test("times are those of Foundation, leap years and the years before 1970 included")
    func timesOfFoundation() {
        for seconds in stride(from: Int64(-9_000_000_000), through: 9_000_000_000, by: 7_777_777) {
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
            #expect(Timestamp(seconds: seconds).rfc3339 == expected)
        }
        #expect(Timestamp(seconds: 951_782_400).rfc3339 == "2000-02-29T00:00:00Z")
    }

    @Test("base64 of secrets is the base64 of everybody, both ways", arguments: 0...70)
    func secretBase64(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
        let encoded = try SecretBase64.encode(SecretBytes(copying: bytes.span.bytes))
        let text = encoded.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        #expect(text == Data(bytes).base64EncodedString())
        guard count > 0 else { return }
        let decoded = try #require(try decode(text))
        #expect(decoded == bytes)
    }

    @Test("every byte value survives")
    func allBytes() throws {
        let bytes = (0...255).flatMap { [UInt8($0), UInt8(255 - $0), UInt8($0 ^ 0x5A)] }
        let encoded = try SecretBase64.encode(SecretBytes(copying: bytes.span.bytes))
        #expect(try decode(encoded.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }) == bytes)
    }

    @Test("what is not canonical base64 is refused", arguments: ["A", "AB", "AB=", "AR==", "AAB=", "A===", "AA=A", "A-_A", "A*AA", "===="])
    func badBase64(text: String) throws {
        #expect(try decode(text) == nil)
    }

    @Test("line ends are skipped")
    func lines() throws {
        #expect(try decode("AQ\r\nID\n") == [1, 2, 3])
    }

    private func decode(_ text: String) throws -> [UInt8]? {
        let secret = try SecretBytes(copying: Array(text.utf8).span.bytes)
        guard let decoded = try SecretBase64.decode(secret, in: 0..<secret.count) else { return nil }
        return decoded.withUnsafeBytes { Array($0) }
    }

    @Test(
        "a passphrase loses one line end",
        arguments: [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a", "a"), ("\n", ""), ("a ", "a ")])
    func lineEnds(content: String, passphrase: String) throws {
        let secret = try SecretBytes(copying: Array(content.utf8).span.bytes)
        #expect(try secret.withoutLineEnd(count: secret.count).withUnsafeBytes { Array($0) } == Array(passphrase.utf8))
    }

    @Test(
        "sizes for people", arguments: [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (5_000_000_000_000, "5.0 TB")])
    func sizes(count: UInt64, text: String) {
        #expect(ByteText.decimal(count) == text)
    }
}
