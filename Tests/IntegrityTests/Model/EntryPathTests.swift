import Testing

@testable import Integrity

@Suite("Path of an entry")
struct EntryPathTests {
    @Test(
        "what leads out of the tree, or is no path, is refused",
        arguments: ["", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/../b", "./a", "a/.", "a\0b", "\0"])
    func refused(path: String) {
        #expect(throws: IntegrityError(.unsafePath, "")) { try EntryPath(Array(path.utf8)) }
    }

    @Test("names may hold anything else", arguments: ["a", "...", "..a", "a..", ".a/b.", "a b\n", "\\", "~", "a/.b/..c/d"])
    func accepted(path: String) throws {
        #expect(try EntryPath(Array(path.utf8)).bytes == Array(path.utf8))
    }

    @Test("length and depth are bounded")
    func bounds() throws {
        let longest = [UInt8](repeating: UInt8(ascii: "a"), count: EntryPath.maximumByteCount)
        #expect(try EntryPath(longest).bytes == longest)
        #expect(throws: IntegrityError.self) { try EntryPath(longest + [UInt8(ascii: "a")]) }
        let names = [[UInt8]](repeating: [UInt8(ascii: "a")], count: EntryPath.maximumDepth)
        #expect(try EntryPath(Array(names.joined(separator: [EntryPath.slash]))).bytes.count == 2 * EntryPath.maximumDepth - 1)
        #expect(throws: IntegrityError.self) { try EntryPath(Array((names + [[UInt8(ascii: "a")]]).joined(separator: [EntryPath.slash]))) }
    }

    @Test("paths are in the order in which a walk comes to them")
    func order() throws {
        let inOrder = ["!", "a", "a/b", "a/b/c", "a!", "a-", "a.txt", "aa", "b", "é"]
        let paths = try inOrder.map { try EntryPath(Array($0.utf8)) }
        #expect(paths.shuffled().sorted() == paths)
    }

    @Test("what a person reads shows every byte that is not text")
    func visible() throws {
        #expect(try EntryPath([0x61, 0x0A, 0xFF, 0x5C, 0xC3, 0xA9, 0xE2, 0x80, 0xAE]).description == "a\\x0a\\xff\\\\é\\xe2\\x80\\xae")
    }
}
