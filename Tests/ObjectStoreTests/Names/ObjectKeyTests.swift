import ObjectStore
import Testing

@Suite("Object keys")
struct ObjectKeyTests {
    @Test(
        "bytes are kept as they came", arguments: ["a", "/", "//a//", "../x", " ", "a\nb", "\u{7F}", "ä", "a\u{308}", "日本", "\u{10FFFF}"])
    func kept(text: String) throws {
        #expect(try ObjectKey(text).bytes == Array(text.utf8))
    }

    @Test("two normal forms of one text are two keys")
    func normalForms() throws {
        let (composed, decomposed) = (try ObjectKey("\u{E4}"), try ObjectKey("a\u{308}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test("1024 bytes are the most, counted in UTF-8")
    func length() throws {
        #expect(try ObjectKey(String(repeating: "ä", count: 512)).bytes.count == 1024)
        #expect(throws: ObjectStoreError(.keyTooLong)) { try ObjectKey(String(repeating: "ä", count: 512) + "a") }
        #expect(throws: ObjectStoreError(.keyTooLong)) { try ObjectKey([UInt8](repeating: 0xFF, count: 1_000_000)) }
    }

    @Test(
        "no bytes, NUL and what is not UTF-8 are refused",
        arguments: [[], [0], [65, 0, 66], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]])
    func refused(bytes: [UInt8]) {
        #expect(throws: ObjectStoreError(.invalidArgument)) { try ObjectKey(bytes) }
    }

    @Test("the order is that of bytes, not of characters or of UTF-16")
    func order() throws {
        let sorted = try ["A", "Z", "a", "a ", "a!", "a/", "a/b", "a0", "aa", "\u{E4}", "\u{FFFD}", "\u{10000}"].map { try ObjectKey($0) }
        #expect(sorted.shuffled().sorted() == sorted)
    }
}
