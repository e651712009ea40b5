import Findings
import OpenSSL
import Testing

@testable import Integrity

@Suite("Tag files of bags")
struct BagTagFileTests {
    @Test("a declaration is read and written to the letter", arguments: BagVersion.allCases)
    func declaration(version: BagVersion) throws {
        let declaration = BagDeclaration(version: version)
        #expect(
            String(decoding: declaration.bytes, as: UTF8.self)
                == "BagIt-Version: \(version.rawValue)\nTag-File-Character-Encoding: UTF-8\n")
        #expect(try BagDeclaration(parsing: declaration.bytes) == declaration)
    }

    @Test(
        "ends of lines, and the case of the encoding, are free",
        arguments: [
            "BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n", "BagIt-Version: 1.0\rTag-File-Character-Encoding: UTF-8",
            "BagIt-Version: 0.97\nTag-File-Character-Encoding: utf-8\n", "BagIt-Version: 0.97\nTag-File-Character-Encoding: ISO-8859-1\n",
            "bagit-version : 0.96\n\nTag-File-Character-Encoding:UTF-8\n",
        ])
    func goodDeclarations(text: String) { #expect(throws: Never.self) { try BagDeclaration(parsing: Array(text.utf8)) } }

    @Test(
        "anything else is refused",
        arguments: [
            ("", .malformed), ("BagIt-Version: 1.0\n", .malformed),
            ("Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n", .malformed),
            ("BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n", .malformed),
            ("BagIt-Version: 1.0\nTag-File-Character-Encoding : UTF-8\n", .malformed),
            ("BagIt-Version:1.0\nTag-File-Character-Encoding: UTF-8\n", .malformed),
            ("BagIt-Version:  1.0\nTag-File-Character-Encoding: UTF-8\n", .malformed),
            ("BagIt-Version: 1.0 \nTag-File-Character-Encoding: UTF-8\n", .malformed),
            ("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8 \n", .malformed),
            ("bagit-version: 1.0\nTag-File-Character-Encoding: UTF-8\n", .malformed),
            ("\u{FEFF}BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", .malformed),
            ("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n\n", .malformed),
            ("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nX: y\n", .malformed),
            ("BagIt-Version: .97\nTag-File-Character-Encoding: UTF-8\n", .malformed),
            ("BagIt-Version: one\nTag-File-Character-Encoding: UTF-8\n", .malformed),
            ("BagIt-Version: 1.1\nTag-File-Character-Encoding: UTF-8\n", .newerFormat),
            ("BagIt-Version: 0.92\nTag-File-Character-Encoding: UTF-8\n", .newerFormat),
            ("BagIt-Version: 1.0\nTag-File-Character-Encoding: EBCDIC\n", .unsupported),
            ("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n" + String(repeating: "\n", count: 5000), .malformed),
        ] as [(String, IntegrityError.Code)])
    func badDeclarations(text: String, code: IntegrityError.Code) {
        let error = #expect(throws: IntegrityError.self) { try BagDeclaration(parsing: Array(text.utf8)) }
        #expect(error?.code == code)
    }

    static let digest = "d41d8cd98f00b204e9800998ecf8427e"

    @Test(
        "a line of a manifest is a digest, blanks and a path",
        arguments: [
            ("  data/a", "data/a", .v10), (" data/a", "data/a", .v10), ("\t \tdata/a", "data/a", .v10), ("  data/a b ", "data/a b ", .v10),
            (" *data/a", "data/a", .v097), ("  ./data/a", "data/a", .v097), (" *././data/a", "data/a", .v10),
            ("  data/a%0Ab%0db%25", "data/a\nb\rb%", .v10), ("  data/a%0Ab%25", "data/a\nb%25", .v097),
            ("  data/a%20b%", "data/a%20b%", .v10),
            ("  data/ä", "data/ä", .v10), ("  data/~a", "data/~a", .v10), ("  data/a\\b", "data/a\\b", .v10),
        ] as [(String, String, BagVersion)])
    func manifestLine(rest: String, path: String, version: BagVersion) {
        let manifest = BagManifest(parsing: Array((Self.digest + rest).utf8), algorithm: .md5, version: version)
        #expect(manifest.entries.map(\.path.bytes) == [Array(path.utf8)])
        #expect(manifest.entries.map(\.digest.hexadecimal) == [Self.digest])
        #expect(manifest.problems.allSatisfy { $0.kind.severity == .info })
    }

    @Test(
        "paths that leave the bag are refused, on whatever system they would leave it",
        arguments: [
            "../a", "data/../../a", "data/..", "/etc/passwd", "~/a", "~root/a", "~", "C:\\Windows\\x", "c:/x", "\\\\?\\UNC\\server\\x",
            "\\\\.\\x", "\\x", "data\\..\\..\\x", "data/..\\x", "%HomeDrive%\\Windows\\x", "./../a", ".%0A/../a",
        ])
    func unsafePaths(path: String) {
        let manifest = BagManifest(parsing: Array("\(Self.digest)  \(path)\n".utf8), algorithm: .md5, version: .v10)
        #expect(manifest.entries.isEmpty)
        #expect(manifest.problems.map(\.kind) == [.unsafePath])
        let fetch = BagFetch(parsing: Array("https://example.org/a - \(path)\n".utf8), version: .v10)
        #expect(fetch.entries.isEmpty)
        #expect(fetch.problems.map(\.kind) == [.unsafePath])
    }

    @Test(
        "malformed lines of a manifest",
        arguments: [
            "x", digest, "\(digest)  ", "\(digest.dropLast())  data/a", "\(digest)00  data/a", "g\(digest.dropFirst())  data/a",
            "\(digest)  data//a", "\(digest)  data/./a", "\(digest)  data/a/", "  \(digest)  data/a", "\\\(digest)  data/a",
            "\(digest)  data/\0",
        ])
    func malformedLines(line: String) {
        let manifest = BagManifest(parsing: Array("\(line)\n\(Self.digest)  data/b".utf8), algorithm: .md5, version: .v10)
        #expect(manifest.problems.map(\.kind) == [.malformedLine])
        #expect(manifest.problems.map(\.line) == [1])
        #expect(manifest.entries.map(\.path.description) == ["data/b"])
    }

    @Test("a path that is not text, or a line without end, is malformed; and there are not more reports than somebody would read")
    func bounds() {
        let notText = Array(Self.digest.utf8) + Array("  data/".utf8) + [0xFF, 10]
        #expect(BagManifest(parsing: notText, algorithm: .md5, version: .v10).problems.map(\.kind) == [.malformedLine])
        let long = Array("\(Self.digest)  data/".utf8) + [UInt8](repeating: 97, count: BagLimits.maximumLineByteCount)
        #expect(BagManifest(parsing: long, algorithm: .md5, version: .v10).problems.map(\.kind) == [.malformedLine])
        let many = [UInt8](repeating: 0, count: 3000).flatMap { _ in [UInt8(ascii: "x"), 10] }
        for problems in [
            BagManifest(parsing: many, algorithm: .md5, version: .v10).problems, BagInfo(parsing: many, version: .v10).problems,
            BagFetch(parsing: many, version: .v10).problems,
        ] {
            #expect(problems.count == BagLimits.maximumLineProblemCount + 1)
            #expect(problems.last?.kind == .tooLarge)
        }
    }

    @Test("habits of tools are told once, whatever the number of lines")
    func habits() {
        let text = "# made by hand\n" + (0..<9).map { "\(Self.digest) *./data/100%\($0)\n" }.joined()
        let manifest = BagManifest(parsing: Array(text.utf8), algorithm: .md5, version: .v10)
        #expect(manifest.entries.count == 9)
        #expect(Set(manifest.problems.map(\.kind)) == [.unusualLine, .checksumToolStyle, .relativePath, .unencodedPercent])
        #expect(manifest.problems.count == 4)
    }

    @Test(
        "what is written is read again",
        arguments: ["a", "a b ", " a", "*a", "a\nb\r", "100%", "%25", "%0A", "\\a", "~", "-", "#", "ä\u{301}", "\u{202E}", "a\tb"],
        [BagVersion.v10, .v097])
    func roundTrip(name: String, version: BagVersion) throws {
        let path = Array("data/\(name)".utf8)
        let digest = [UInt8](repeating: 7, count: 16)
        do throws(IntegrityError) {
            let line = try BagManifest.line(digest, path, version)
            let manifest = BagManifest(parsing: line, algorithm: .md5, version: version)
            #expect(manifest.entries.map(\.path.bytes) == [path])
            #expect(manifest.problems.isEmpty)
        } catch {
            #expect(error.code == .unsupported)
            #expect(version == .v097 && name == "%0A", "only a draft cannot say what looks like an escape")
        }
    }

    @Test("bag-info: repeated labels, folded lines, unusual blanks")
    func info() throws {
        let text = "Contact-Name: Ann\nDescription: one\n  two\n\tthree\r\ncontact-name:Bob\nOdd\t :  x: y\n\nEmpty:\n"
        let info = BagInfo(parsing: Array(text.utf8), version: .v097)
        #expect(info["Contact-Name"] == ["Ann", "Bob"])
        #expect(info["description"] == ["one two three"])
        #expect(info["Odd"] == ["x: y"])
        #expect(info["Empty"] == [""])
        #expect(info.problems.isEmpty)
        #expect(BagInfo(parsing: Array(text.utf8), version: .v10).problems.map(\.kind) == [.unusualLine])
        for bad in [" folded: first\n", "no colon\n", ": no label\n"] {
            #expect(BagInfo(parsing: Array(bad.utf8), version: .v10).problems.map(\.kind) == [.malformedLine])
        }
    }

    @Test(
        "fields that could not be read again are refused",
        arguments: [("", "x"), ("a:b", "x"), (" a", "x"), ("a", "x\ny"), ("a\r", "x"), ("a", " x")])
    func badFields(label: String, value: String) {
        #expect(throws: IntegrityError(.invalidArgument, "")) { try BagInfo.Field(label: label, value: value) }
    }

    @Test(
        "an Oxum is two numbers",
        arguments: [
            ("12.3", true), ("0.0", true), ("12", false), ("12.3.4", false), ("+1.2", false), ("1.-2", false),
            (".3", false), ("3.", false), ("99999999999999999999.1", false), ("1 .2", false),
        ])
    func oxum(text: String, isGood: Bool) { #expect((PayloadOxum(text)?.description == text) == isGood) }

    @Test(
        "lines of fetch.txt",
        arguments: [
            ("https://example.org/a 12 data/a", true), ("http://example.org/a - data/a b", true), ("file:///a\t-\tdata/a", true),
            ("ftp+x://h -  data/a%0A", true), ("example.org/a - data/a", false), ("https:/a - data/a", false),
            ("https:/// - data/a", false),
            ("https://example.org/a data/a", false), ("https://example.org/a x data/a", false), ("https://example.org/a +1 data/a", false),
            ("https://example.org/a -1 data/a", false), ("https://example.org/a -", false), ("1https://a - data/a", false),
            ("file: - data/a", false),
        ])
    func fetchLine(line: String, isGood: Bool) {
        let fetch = BagFetch(parsing: Array(line.utf8), version: .v10)
        #expect(fetch.entries.count == (isGood ? 1 : 0))
        #expect(fetch.problems.map(\.kind) == (isGood ? [] : [.malformedLine]))
    }

    @Test("sizes that files claim to have are added without a trap")
    func sums() {
        #expect([UInt64.max, 1].cappedSum == .max)
        #expect([UInt64(1), 2].cappedSum == 3)
    }

    @Test("encodings of drafts become UTF-8")
    func encodings() {
        #expect(BagEncoding.latin1.decoded([0x4E, 0xFA, 0xF1]) == Array("Núñ".utf8))
        #expect(BagEncoding.utf16BigEndian.decoded([0, 0x4E, 0, 0xFA, 0xD8, 0x3D, 0xDC, 0x4D]) == Array("Nú👍".utf8))
        #expect(BagEncoding.utf16LittleEndian.decoded([0x4E, 0, 0xFA, 0]) == Array("Nú".utf8))
        #expect(BagEncoding.utf16.decoded([0xFF, 0xFE, 0x4E, 0]) == Array("N".utf8))
        #expect(BagEncoding.utf16.decoded([0, 0x4E]) == Array("N".utf8))
        #expect(BagEncoding.utf16.decoded([0, 0x4E, 0]) == nil)
        #expect(BagEncoding.utf16.decoded([0xD8, 0x3D]) == nil)
        #expect(BagEncoding.ascii.decoded([0x80]) == nil)
        #expect(BagEncoding.utf8.decoded([0xEF, 0xBB, 0xBF, 0x61]) == [0x61])
        #expect(BagEncoding(name: "utf-16be") == .utf16BigEndian)
        #expect(BagEncoding(name: "UTF-7") == nil)
    }
}
