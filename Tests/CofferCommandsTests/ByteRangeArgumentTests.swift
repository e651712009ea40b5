import Envelope
import Testing

@testable import CofferCommands

@Suite("How people name ranges of bytes")
struct ByteRangeArgumentTests {
    private static let gigabyte: UInt64 = 1 << 30

    @Test(
        "what is written is what is meant",
        arguments: [
            ("0-10", .bytes(0..<10)), ("10-20", .bytes(10..<20)), ("5-6", .bytes(5..<6)),
            ("0+10", .bytes(0..<10)), ("100+1", .bytes(100..<101)), ("4K+4K", .bytes(4096..<8192)),
            ("0-", .from(0)), ("7-", .from(7)), ("2T-", .from(2 << 40)),
            ("-1", .last(1)), ("-64K", .last(65_536)), ("-3M", .last(3 << 20)),
            ("1G-1G+64K", .bytes(gigabyte..<gigabyte + 65_536)), ("0-1K+1K+1", .bytes(0..<2049)),
            ("1k-1m", .bytes(1024..<1_048_576)),
            ("bytes=0-9", .bytes(0..<10)), ("bytes=5-5", .bytes(5..<6)), ("bytes=500-", .from(500)), ("bytes=-500", .last(500)),
            ("18446744073709551614-18446744073709551615", .bytes(.max - 1 ..< .max)), ("007-010", .bytes(7..<10)),
        ] as [(String, ByteRange)])
    func meanings(text: String, range: ByteRange) {
        #expect(ByteRangeArgument(argument: text)?.range == range)
    }

    @Test(
        "what is no range, or an empty one, is refused",
        arguments: [
            "", "-", "+", "10", "1K", "a-b", "10-10", "10-9", "0-0", "-0", "5+0", "+5", "5+", "--5", "1--2", "1-2-3", "-1-2", "1 - 2",
            " 1-2",
            "1-2 ", "1.5K-2K", "0x10-0x20", "1KB-2KB", "1P-2P", "K-M", "-K", "1KK-2M", "1+2+3", "1+2-5", "1-2+", "1-+2", "-1+2", "１-２",
            "18446744073709551616-", "0-18446744073709551616", "16777216T-", "0-16777215T+2T", "18446744073709551615+1",
            "bytes=", "bytes=-", "bytes=9-5", "bytes=-0", "bytes=1K-2K", "bytes=0-9,20-29", "bytes=0+9", "bytes=0-18446744073709551615",
            "bytes 0-9", "Bytes=0-9", "bytes=+1-2", "bytes= 0-9",
        ])
    func refusals(text: String) {
        #expect(ByteRangeArgument(argument: text) == nil)
    }
}
