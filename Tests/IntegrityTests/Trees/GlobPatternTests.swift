import Testing

@testable import Integrity

@Suite("Patterns for paths")
struct GlobPatternTests {
    private static let table: [(pattern: String, matches: [String], others: [String])] = [
        ("a", ["a", "b/a", "b/c/a"], ["b", "a/b", "aa"]),
        ("*.o", ["x.o", ".o", "a/x.o"], ["x.oo", "x.o/y", "o"]),
        ("/a", ["a"], ["b/a", "a/b"]),
        ("a/b", ["a/b"], ["c/a/b", "a/b/c", "ab"]),
        ("a/*", ["a/b", "a/.b"], ["a", "a/b/c", "b/a"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "b/a/c"]),
        ("**/b", ["b", "a/b", "a/c/b"], ["ab", "a/bb", "b/a"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/xb", "x/a/b", "a/x/y"]),
        ("a**b/c", ["ab/c", "axb/c", "a/x/b/c"], ["a/c", "b/c"]),
        ("?", ["a", "x/b"], ["ab", "x/ab"]),
        ("a?b/c", ["axb/c"], ["a/b/c", "ab/c"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "x", "Ax"]),
        ("[!a-c]x", ["dx", "-x"], ["ax", "x"]),
        ("[^a]x", ["bx"], ["ax"]),
        ("[]]x", ["]x"], ["x", "[x"]),
        ("[a-]x", ["ax", "-x"], ["bx"]),
        ("[\\]a]x", ["]x", "ax"], ["\\x"]),
        ("\\*", ["*"], ["a", "\\*"]),
        ("a\\/b", ["a/b"], ["a\\/b"]),
        ("/a[!b]c", ["axc"], ["a/c", "abc"]),
        ("*a*b*", ["ab", "xaxbx", "aab"], ["ba", "a", "b"]),
        ("**", ["a"], []),
        ("/**", ["a", "a/b"], []),
        ("é?", ["éa"], ["é", "éé"]),
    ]

    @Test("what a pattern matches and what not", arguments: table.indices)
    func matching(index: Int) throws {
        let (text, matches, others) = Self.table[index]
        let pattern = try GlobPattern(Array(text.utf8))
        for path in matches { #expect(isMatch(pattern, path), "\(text) and \(path)") }
        for path in others { #expect(!isMatch(pattern, path), "\(text) and \(path)") }
    }

    private func isMatch(_ pattern: GlobPattern, _ path: String, isFolder: Bool = false) -> Bool {
        let bytes = Array(path.utf8)
        let nameStart = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return pattern.matches(bytes, nameStart: nameStart, isFolder: isFolder)
    }

    @Test("a slash at the end is for folders alone")
    func folders() throws {
        for text in ["a/", "/a/", "**/a/"] {
            let pattern = try GlobPattern(Array(text.utf8))
            #expect(isMatch(pattern, "a", isFolder: true))
            #expect(!isMatch(pattern, "a", isFolder: false))
        }
        #expect(isMatch(try GlobPattern(Array("a/".utf8)), "x/a", isFolder: true))
        #expect(!isMatch(try GlobPattern(Array("/a/".utf8)), "x/a", isFolder: true))
    }

    @Test("bytes that are not UTF-8 are bytes")
    func bytes() throws {
        #expect(try GlobPattern([0xFF, UInt8(ascii: "?")]).matches([0xFF, 0xFE], nameStart: 0, isFolder: false))
        #expect(try !GlobPattern([0xFF, UInt8(ascii: "?")]).matches([0xFF], nameStart: 0, isFolder: false))
    }

    @Test("patterns that are none", arguments: ["", "/", "[a", "[]", "[!]", "a\\", "[z-a]", "[a\\"])
    func refused(text: String) {
        #expect(throws: IntegrityError(.invalidArgument, "")) { try GlobPattern(Array(text.utf8)) }
    }

    @Test("a pattern of the greatest length is one, a longer one is not")
    func length() throws {
        _ = try GlobPattern([UInt8](repeating: 97, count: GlobPattern.maximumByteCount))
        #expect(throws: IntegrityError(.invalidArgument, "")) {
            try GlobPattern([UInt8](repeating: 97, count: GlobPattern.maximumByteCount + 1))
        }
    }

    @Test("a pattern made to take for ever does not", arguments: ["*", "**"])
    func pathological(star: String) throws {
        let pattern = try GlobPattern(Array((String(repeating: "a" + star, count: 40) + "b").utf8))
        #expect(!isMatch(pattern, String(repeating: "a", count: 1000)))
        #expect(isMatch(pattern, String(repeating: "a", count: 1000) + "b"))
    }
}
