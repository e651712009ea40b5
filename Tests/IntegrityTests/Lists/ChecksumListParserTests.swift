import Testing

@testable import Integrity

@Suite("Lists of GNU and BSD")
struct ChecksumListParserTests {
    static let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    /// The names that a list has; nil for each line that cannot be read.
    static func names(_ list: String, _ parser: ChecksumListParser = ChecksumListParser()) -> [String?] {
        var parser = parser
        var names: [String?] = []
        for line in list.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            do {
                guard let file = try parser.parse(Array(line)) else { continue }
                names.append(String(decoding: file.path, as: UTF8.self))
            } catch {
                names.append(nil)
            }
        }
        return names
    }

    @Test(
        "each line is read as coreutils reads it",
        arguments: [
            ("HASH  name", "name"), ("HASH *name", "name"), ("HASH   name", " name"), ("HASH  *name", "*name"), ("HASH  a b ", "a b "),
            ("HASH name", "name"), ("HASH\tname", "name"), ("HASH \tname", "\tname"), (" \tHASH  name", "name"), ("HASH  name\r", "name"),
            ("HASH  name\r\r", "name\r"), (#"\HASH  a\nb\rc\\d"#, "a\nb\rc\\d"), (#"HASH  a\nb"#, #"a\nb"#), (#" \HASH *a\\"#, #"a\"#),
            ("HASH  ", " "), ("HASH  (a) = b", "(a) = b"), ("HASH (a)", "(a)"),
            ("SHA256 (name) = HASH", "name"), ("SHA256(name)= HASH", "name"), ("SHA2-256(name)= HASH", "name"),
            ("SHA256 (name)=HASH", "name"),
            ("SHA256 (a) = b) = HASH", "a) = b"), ("SHA256 (name) \t=\t HASH\r", "name"), (#"\SHA256 (a\nb) = HASH"#, "a\nb"),
            (#"SHA256 (a\nb) = HASH"#, #"a\nb"#), ("SHA256 () = HASH", ""), ("SHA256 (\r) = HASH", "\r"),
        ])
    func good(line: String, name: String) {
        #expect(Self.names(line.replacing("HASH", with: Self.hash)) == [name])
        #expect(Self.names(line.replacing("HASH", with: Self.hash.uppercased())) == [name])
    }

    @Test("what is about no file is passed over", arguments: ["", "\r", "# HASH  name", "#"])
    func comments(line: String) {
        #expect(Self.names(line.replacing("HASH", with: Self.hash)).isEmpty)
    }

    @Test(
        "what cannot be read is an error of its line, and says why",
        arguments: [
            ("name", "checksum"), ("HASH", "name"), ("HASH ", "name"), ("0HASH  name", "checksum"), ("00HASH  name", "66"),
            ("GHASH  name", "checksum"),
            (#"\HASH  a\tb"#, "backslash"), (#"\HASH  a\"#, "backslash"), ("HASH  a\0b", "zero"), ("SHA256 (name) HASH", "equals"),
            ("SHA256 (name = HASH", "parenthesis"), ("SHA256 (name) = 0HASH", "64"), ("SHA256 (name) = HASH ", "64"),
            ("MD5 (name) = HASH", "32"),
            ("BLAKE2b-256 (name) = HASH", "BLAKE2b-256"), ("SHA3-256 (name) = HASH", "SHA3-256"), ("SHA256  (name) = HASH", "checksum"),
            (#"\ SHA256 (name) = HASH"#, "checksum"), ("%%%% HASHDEEP-2.0", "header"), ("%%%% size,md5,filename", "header"),
        ])
    func bad(line: String, reason: String) throws {
        var parser = ChecksumListParser()
        _ = try parser.parse(Array("# first".utf8))
        let text = line.hasPrefix("%") ? line : line.replacing("HASH", with: Self.hash)
        let error = #expect(throws: MalformedListLine.self) { try parser.parse(Array(text.utf8)) }
        #expect(error?.lineNumber == 2)
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
        #expect(parser.format == nil)
    }

    @Test("one and two blanks before the name are not mixed")
    func reversed() {
        let (one, two) = ("\(Self.hash) name", "\(Self.hash)  name")
        #expect(Self.names("\(one)\n\(two)\n") == ["name", " name"])
        #expect(Self.names("\(two)\n\(one)\n\(two)") == ["name", nil, "name"])
    }

    @Test("the length tells the function, and 128 digits are SHA-512 unless something says BLAKE2b")
    func functions() throws {
        func function(_ count: Int, _ parser: ChecksumListParser) throws -> ChecksumFunction? {
            var parser = parser
            return try parser.parse(Array((String(repeating: "a", count: count) + "  name").utf8))?.checksums.first?.function
        }
        let plain = ChecksumListParser()
        for (count, expected) in [(32, ChecksumFunction.md5), (40, .sha1), (56, .sha224), (64, .sha256), (96, .sha384), (128, .sha512)] {
            #expect(try function(count, plain) == expected)
        }
        for name in ["B2SUMS", "/tmp/x.iso.b2sum", "list.blake2b"] {
            #expect(try function(128, ChecksumListParser(listName: Array(name.utf8))) == .blake2b)
        }
        #expect(try function(128, ChecksumListParser(listName: Array("/tmp/b2sums/SHA512SUMS".utf8))) == .sha512)
        #expect(try function(128, ChecksumListParser(functions: [.blake2b])) == .blake2b)
        #expect(try function(8, ChecksumListParser(functions: [.crc32c])) == .crc32c)
        #expect(throws: MalformedListLine.self) { try function(8, plain) }
        #expect(throws: MalformedListLine.self) { try function(16, plain) }
        #expect(throws: MalformedListLine.self) { try function(8, ChecksumListParser(functions: [.crc32, .crc32c])) }
        #expect(throws: MalformedListLine.self) { try function(64, ChecksumListParser(functions: [.sha512])) }
        var only = ChecksumListParser(functions: [.sha512])
        #expect(throws: MalformedListLine.self) { try only.parse(Array("SHA256 (name) = \(Self.hash)".utf8)) }
    }

    @Test("lines that end in a zero byte have no escapes, comments and carriage returns")
    func zeroTerminated() throws {
        var parser = ChecksumListParser(isZeroTerminated: true)
        #expect(try parser.parse(Array("\(Self.hash)  a\nb\\n\r".utf8))?.path == Array("a\nb\\n\r".utf8))
        #expect(try parser.parse(Array("SHA256 (a\nb\\n) = \(Self.hash)".utf8))?.path == Array("a\nb\\n".utf8))
        #expect(throws: MalformedListLine.self) { try parser.parse(Array("\\\(Self.hash)  name".utf8)) }
        #expect(throws: MalformedListLine.self) { try parser.parse(Array("%%%% HASHDEEP-1.0".utf8)) }
        #expect(parser.format == .gnu && parser.lineNumber == 4)
    }
}
