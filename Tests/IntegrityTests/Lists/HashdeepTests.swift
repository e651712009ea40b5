import Testing

@testable import Integrity

@Suite("Lists of hashdeep")
struct HashdeepTests {
    static let md5 = String(repeating: "1", count: 32)
    static let sha256 = String(repeating: "a", count: 64)
    static let header = "%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /\n## \n"

    private static func names(_ list: String, _ functions: [ChecksumFunction] = []) -> [String?] {
        ChecksumListParserTests.names(
            list.replacing("MD5", with: md5).replacing("SHA", with: sha256), ChecksumListParser(functions: functions))
    }

    @Test(
        "the last column is a name with commas, quotes and backslashes",
        arguments: [
            ("3,MD5,SHA,a,b\"c\\n", ["a,b\"c\\n"]), ("0,MD5,SHA, ", [" "]), ("18446744073709551615,MD5,SHA,x", ["x"]),
            ("18446744073709551616,MD5,SHA,x", [nil]), ("+3,MD5,SHA,x", [nil]), (",MD5,SHA,x", [nil]), ("3,MD5,SHA,", [nil]),
            ("3,MD5,x", [nil]), ("3,SHA,MD5,x", [nil]), ("3,MD5,SHA", [nil]), ("3,MD5,SHA,a\nrest", ["a", nil]), ("3,MD5,SHA,x\r", ["x\r"]),
            ("## 3,MD5,SHA,x", []), ("MD5  x", [nil]),
        ] as [(String, [String?])])
    func entries(line: String, names: [String?]) {
        #expect(Self.names(Self.header + line) == names)
    }

    @Test("a part of a file is refused, a name that only looks like one is not")
    func pieces() {
        #expect(Self.names(Self.header + "100,MD5,SHA,x offset 0-99") == [nil])
        #expect(Self.names(Self.header + "1,MD5,SHA,x offset 7-7") == [nil])
        #expect(Self.names(Self.header + "3,MD5,SHA,x offset 0-99") == ["x offset 0-99"])
        #expect(Self.names(Self.header + "0,MD5,SHA,x offset 1-0") == ["x offset 1-0"])
        var parser = ChecksumListParser()
        #expect(throws: Never.self) { try Self.header.split(separator: "\n").forEach { _ = try parser.parse(Array($0.utf8)) } }
        let piece = "1,\(Self.md5),\(Self.sha256),x offset 0-0"
        #expect(throws: MalformedListLine(lineNumber: 5, reason: "is about a part of a file (hashdeep -p), not about a file")) {
            try parser.parse(Array(piece.utf8))
        }
    }

    @Test(
        "the header tells the columns",
        arguments: [
            ("size,sha256,filename\n3,SHA,x", ["x"]), ("size,tiger,sha256,whirlpool,filename\n3,anything,SHA,,x", ["x"]),
            ("size,tiger,filename\n3,00,x", [nil, nil]), ("size,md5,md5,filename\n3,MD5,MD5,x", [nil, nil]), ("md5,size,filename", [nil]),
            ("size,filename", [nil]), ("size,md5", [nil]), ("size,a,b,c,d,e,f,g,h,i,j,k,l,m,n,md5,filename", [nil]),
        ] as [(String, [String?])])
    func columns(text: String, names: [String?]) {
        #expect(Self.names("%%%% HASHDEEP-1.0\n%%%% " + text) == names)
    }

    @Test("entries before their columns, and lines of a list with other ends, cannot be read")
    func order() {
        #expect(Self.names("%%%% HASHDEEP-1.0\n3,MD5,SHA,x") == [nil])
        #expect(Self.names("%%%% HASHDEEP-1.0\r\n%%%% size,md5,filename\r\n3,MD5,x\r\n3,MD5,y\n## \r\n3,MD5,z\r\r") == ["x", nil, "z\r"])
        #expect(Self.names("MD5  a\n%%%% HASHDEEP-1.0\nMD5  b") == ["a", nil, "b"])
    }

    @Test("only what was asked for is compared")
    func functions() throws {
        #expect(Self.names(Self.header + "3,MD5,SHA,x", [.sha1]) == [nil, nil])
        var parser = ChecksumListParser(functions: [.sha256])
        for line in Self.header.split(separator: "\n") { _ = try parser.parse(Array(line.utf8)) }
        let file = try parser.parse(Array("3,\(Self.md5),\(Self.sha256),x".utf8))
        #expect(file?.checksums.map(\.function) == [.sha256] && file?.byteCount == 3)
        #expect(parser.format == .hashdeep)
    }
}
