import OpenSSL
import Testing

@Suite("ConstantTime")
struct ConstantTimeTests {
    @Test(
        "byte strings are equal when length and content are",
        arguments: [
            ([], [], true), ([1], [1], true), ([1], [2], false), ([1], [], false), ([1, 2, 3], [1, 2], false), ([0, 1], [0, 1], true),
            ([0x80, 0], [0, 0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func areEqual(a: [UInt8], b: [UInt8], expected: Bool) {
        #expect(ConstantTime.areEqual(a.span.bytes, b.span.bytes) == expected)
        #expect(ConstantTime.areEqual(b.span.bytes, a.span.bytes) == expected)
    }
}
