import ObjectStore
import Testing

@Suite("Byte ranges")
struct ByteRangeTests {
    @Test(
        "what a Range header says",
        arguments: [
            ("bytes=0-0", ByteRange.bounded(first: 0, last: 0)), ("bytes=0-499", .bounded(first: 0, last: 499)), ("bytes=9-", .from(9)),
            ("bytes=-5", .suffix(5)), ("BYTES= 1 - 2 ", .bounded(first: 1, last: 2)), ("bytes=-0", .suffix(0)),
            ("bytes=5-99999999999999999999999", .bounded(first: 5, last: .max)),
        ])
    func parsed(header: String, expected: ByteRange) throws {
        #expect(try ByteRange.parse(header) == expected)
    }

    @Test(
        "what RFC 9110 tells a server to ignore",
        arguments: [
            "", "bytes", "bytes=", "bytes=-", "items=0-1", "bytes=2-1", "bytes=a-b", "bytes=1-2-3", "bytes=0x1-2", "bytes=+1-2",
            "bytes=--1", "bytes=1", "bytes=1-b",
        ])
    func ignored(header: String) throws {
        #expect(try ByteRange.parse(header) == nil)
    }

    @Test("several ranges at once are not served")
    func several() {
        #expect(throws: ObjectStoreError(.notImplemented)) { try ByteRange.parse("bytes=0-1,3-4") }
    }

    /// RFC 9110 §14.1.2 by looking at each byte in turn.
    @Test("every range of every small object", arguments: 0...6)
    func exhaustive(byteCount: UInt64) {
        let ends: [UInt64] = [0, 1, 2, 3, 4, 5, 6, 7, 100, .max]
        for first in ends {
            check(.from(first), byteCount) { $0 >= first }
            check(.suffix(first), byteCount) { byteCount - $0 <= first }
            for last in ends where last >= first {
                check(.bounded(first: first, last: last), byteCount) { $0 >= first && $0 <= last }
            }
        }
    }

    private func check(_ range: ByteRange, _ byteCount: UInt64, _ contains: (UInt64) -> Bool) {
        let expected = (0..<byteCount).filter(contains)
        do throws(ObjectStoreError) {
            #expect(Array(try range.resolve(in: byteCount)) == expected)
        } catch {
            #expect(error.code == .invalidRange)
            #expect(expected.isEmpty)
            #expect(error.details.contains { $0.name == "ActualObjectSize" && $0.value == String(byteCount) })
        }
    }

    @Test("ranges at the end of all numbers do not overflow")
    func large() throws {
        #expect(try ByteRange.bounded(first: .max - 1, last: .max).resolve(in: .max) == UInt64.max - 1 ..< .max)
        #expect(try ByteRange.suffix(.max).resolve(in: .max) == 0 ..< .max)
    }
}
