import AgeFormat
import TestSupport
import Testing

@Suite("AgeHeader")
struct AgeHeaderTests {
    /// The example of the specification, https://c2sp.org/age#header
    static let example = """
        age-encryption.org/v1
        -> X25519 XEl0dJ6y3C7KZkgmgWUicg63EyXJiwBJW8PdYJ/cYBE
        qRJtAYAuZUM7MFVwTe1PCyhXBRKYrtFWlFFKSLPdLfE
        -> ssh-ed25519 BjH7FA RO+wV4kbbl4NtSmp56lQcfRdRp3dEFpdQmWkaoiw6lY
        51eEu5Oo2JYAG7OU4oamH03FDRP18/GnzeCrY7Z+sa8
        --- ZgIaAVvzvSmiVLR2rXHXNMVLMnRTy0wD5OBCzKKHWl4

        """
    static let mac = [UInt8](repeating: 7, count: 32)
    static let macLine = "--- " + Base64.encode(mac, padding: .none) + "\n"

    static func parse(_ text: String) throws -> AgeHeader? { try parse(Array(text.utf8)[...]) }

    static func parse(_ bytes: ArraySlice<UInt8>) throws -> AgeHeader? {
        var parser = AgeHeaderParser()
        return try parse(bytes, with: &parser)
    }

    static func parse(_ bytes: ArraySlice<UInt8>, with parser: inout AgeHeaderParser) throws -> AgeHeader? {
        let span = bytes.span.bytes
        return try parser.parse(span)
    }

    static func encoded(_ stanzas: [Stanza]) throws -> [UInt8] {
        AgeHeader.encoded(authenticated: try AgeHeader.bytesToAuthenticate(stanzas), mac: mac)
    }

    @Test("the specification's example is read and written back byte for byte")
    func specification() throws {
        let header = try #require(try Self.parse(Self.example + "payload"))
        #expect(header.stanzas.map(\.type) == ["X25519", "ssh-ed25519"])
        #expect(header.stanzas.map(\.arguments.count) == [1, 2])
        #expect(header.stanzas.map(\.body.count) == [32, 32])
        #expect(header.mac.count == AgeHeader.macByteCount)
        #expect(header.byteCount == Self.example.utf8.count)
        #expect(String(decoding: header.authenticatedBytes, as: UTF8.self).hasSuffix("\n---"))
        #expect(try AgeHeader.bytesToAuthenticate(header.stanzas) == header.authenticatedBytes)
        #expect(AgeHeader.encoded(authenticated: header.authenticatedBytes, mac: header.mac) == Array(Self.example.utf8))
    }

    @Test("every shorter beginning of a header asks for more, and so does no byte at all")
    func prefixes() throws {
        let bytes = Array(Self.example.utf8)
        for count in 0..<bytes.count {
            #expect(try Self.parse(bytes[..<count]) == nil, "\(count)")
        }
    }

    @Test("a parser that is given a header byte by byte finds what one look finds")
    func incremental() throws {
        let bytes = Array((Self.example + "payload").utf8)
        var parser = AgeHeaderParser()
        var found: (header: AgeHeader, at: Int)?
        for count in 0...bytes.count where found == nil {
            found = try Self.parse(bytes[..<count], with: &parser).map { ($0, count) }
        }
        #expect(found?.header == (try Self.parse(bytes[...])))
        #expect(found?.at == Self.example.utf8.count)
        #expect(try Self.parse(bytes[...], with: &parser) == found?.header, "a finished parser keeps its header")
    }

    @Test("bodies around a multiple of 48 bytes end with a short, perhaps empty line", arguments: [0, 1, 47, 48, 49, 95, 96, 97, 480])
    func bodies(count: Int) throws {
        let stanza = try Stanza(type: "T", arguments: ["a"], body: [UInt8](repeating: 0xA5, count: count))
        let bytes = try Self.encoded([stanza])
        #expect(try Self.parse(bytes[...])?.stanzas == [stanza])
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 2 + count / 48 + 1 + 2)
        #expect(lines[2..<2 + count / 48].allSatisfy { $0.count == 64 })
        #expect(lines[2 + count / 48].count < 64)
    }

    @Test("random headers come back, byte for byte")
    func roundTrips() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            let stanzas = try (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                let arguments = (0..<Int.random(in: 0...4, using: &generator)).map { _ in generator.visibleText(1...80) }
                let body = generator.bytes(Int.random(in: 0...200, using: &generator))
                return try Stanza(type: generator.visibleText(1...20), arguments: arguments, body: body)
            }
            let bytes = try Self.encoded(stanzas)
            let header = try #require(try Self.parse(bytes + generator.bytes(40)[...]))
            #expect(header.stanzas == stanzas)
            #expect(header.mac == Self.mac)
            #expect(header.byteCount == bytes.count)
            #expect(header.authenticatedBytes == (try AgeHeader.bytesToAuthenticate(stanzas)))
        }
    }

    @Test("what is read of a header with one changed byte writes the changed header, or nothing is read")
    func mutations() throws {
        var generator = SeededGenerator(seed: 2)
        let original = Array(Self.example.utf8)
        var read = 0
        for _ in 0..<5_000 {
            var bytes = original
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            guard let header = try? Self.parse(bytes[...]) else { continue }
            read += 1
            let again = AgeHeader.encoded(authenticated: try AgeHeader.bytesToAuthenticate(header.stanzas), mac: header.mac)
            #expect(again == Array(bytes[..<header.byteCount]))
        }
        #expect(read > 500)
    }

    // MARK: Refusals

    struct Malformed: Sendable, CustomTestStringConvertible {
        let what: String
        let text: String
        var code = AgeFormatError.Code.malformedHeader
        var testDescription: String { what }
    }

    static let v1 = "age-encryption.org/v1\n"
    static let full = String(repeating: "A", count: 64)
    static let malformed: [Malformed] = [
        Malformed(what: "another file", text: "%PDF-1.7\n", code: .notAnAgeFile),
        Malformed(what: "an empty first line", text: "\n", code: .notAnAgeFile),
        Malformed(what: "a first line that ends early", text: "age-encryption.org\n", code: .notAnAgeFile),
        Malformed(what: "no version", text: "age-encryption.org/\n", code: .notAnAgeFile),
        Malformed(what: "upper case", text: "AGE-ENCRYPTION.ORG/V1\n", code: .notAnAgeFile),
        Malformed(what: "a byte order mark", text: "\u{FEFF}" + v1, code: .notAnAgeFile),
        Malformed(what: "a line before", text: "\n" + v1, code: .notAnAgeFile),
        Malformed(what: "a later version", text: "age-encryption.org/v2\n", code: .unsupportedVersion),
        Malformed(what: "version ten", text: "age-encryption.org/v10\n", code: .unsupportedVersion),
        Malformed(what: "a version without end", text: "age-encryption.org/v" + String(repeating: "1", count: 40)),
        Malformed(what: "a version and a space", text: "age-encryption.org/v1 \n"),
        Malformed(what: "CRLF after the version", text: "age-encryption.org/v1\r\n"),
        Malformed(what: "armor", text: "-----BEGIN AGE ENCRYPTED FILE-----\n", code: .armored),
        Malformed(what: "other armor", text: "-----BEGIN PGP MESSAGE-----\n", code: .notAnAgeFile),
        Malformed(what: "armor's line cut short", text: "-----BEGIN AGE\n", code: .notAnAgeFile),
        Malformed(what: "no stanza", text: v1 + macLine),
        Malformed(what: "an empty line for a stanza", text: v1 + "\n"),
        Malformed(what: "one dash", text: v1 + "-\n"),
        Malformed(what: "two dashes", text: v1 + "--\n"),
        Malformed(what: "a stanza without an arrow", text: v1 + "X25519 a\n"),
        Malformed(what: "a space before the arrow", text: v1 + " -> X a\n"),
        Malformed(what: "no space after the arrow", text: v1 + "->X a\n"),
        Malformed(what: "a tab after the arrow", text: v1 + "->\tX a\n"),
        Malformed(what: "an arrow alone", text: v1 + "->\n"),
        Malformed(what: "an arrow and a space", text: v1 + "-> \n"),
        Malformed(what: "two spaces after the arrow", text: v1 + "->  X\n"),
        Malformed(what: "two spaces between arguments", text: v1 + "-> X  a\n"),
        Malformed(what: "a space at the end of the arguments", text: v1 + "-> X a \n"),
        Malformed(what: "a tab between arguments", text: v1 + "-> X\ta\n"),
        Malformed(what: "CRLF after the arguments", text: v1 + "-> X a\r\n"),
        Malformed(what: "a control character in an argument", text: v1 + "-> X a\u{1}\n"),
        Malformed(what: "a delete character in an argument", text: v1 + "-> X a\u{7F}\n"),
        Malformed(what: "UTF-8 in an argument", text: v1 + "-> X ä\n"),
        Malformed(what: "no body", text: v1 + "-> X a\n" + macLine),
        Malformed(what: "a stanza in place of a body", text: v1 + "-> X a\n-> Y b\n"),
        Malformed(what: "padding in a body", text: v1 + "-> X a\nZg==\n" + macLine),
        Malformed(what: "a body of an impossible length", text: v1 + "-> X a\nZ\n" + macLine),
        Malformed(what: "a body that is not canonical", text: v1 + "-> X a\nZh\n" + macLine),
        Malformed(what: "the URL alphabet in a body", text: v1 + "-> X a\n-_\n" + macLine),
        Malformed(what: "a space in a body", text: v1 + "-> X a\nZm9 v\n" + macLine),
        Malformed(what: "CRLF in a body", text: v1 + "-> X a\nZm9v\r\n" + macLine),
        Malformed(what: "a body line of 65 columns", text: v1 + "-> X a\n\(full)A\n\n" + macLine),
        Malformed(what: "a full body line without a last one", text: v1 + "-> X a\n\(full)\n" + macLine),
        Malformed(what: "two short body lines", text: v1 + "-> X a\nZm9v\nZm9v\n" + macLine),
        Malformed(what: "two empty last lines", text: v1 + "-> X a\n\(full)\n\n\n" + macLine),
        Malformed(what: "no MAC", text: v1 + "-> X a\n\n---\n"),
        Malformed(what: "a space for a MAC", text: v1 + "-> X a\n\n--- \n"),
        Malformed(what: "a MAC that is too short", text: v1 + "-> X a\n\n--- " + String(repeating: "A", count: 42) + "\n"),
        Malformed(what: "a MAC that is too long", text: v1 + "-> X a\n\n--- " + String(repeating: "A", count: 44) + "\n"),
        Malformed(what: "a MAC that is not canonical", text: v1 + "-> X a\n\n--- " + String(repeating: "A", count: 42) + "B\n"),
        Malformed(what: "a MAC with padding", text: v1 + "-> X a\n\n--- " + String(repeating: "A", count: 43) + "=\n"),
        Malformed(what: "CRLF after the MAC", text: v1 + "-> X a\n\n--- " + String(repeating: "A", count: 43) + "\r\n"),
        Malformed(what: "two spaces before the MAC", text: v1 + "-> X a\n\n---  " + String(repeating: "A", count: 43) + "\n"),
        Malformed(what: "four dashes", text: v1 + "-> X a\n\n---- " + String(repeating: "A", count: 43) + "\n"),
    ]

    @Test("a malformed header is refused", arguments: malformed)
    func refusal(header: Malformed) {
        #expect { try Self.parse(header.text) } throws: { ($0 as? AgeFormatError)?.code == header.code }
    }

    @Test("errors name the line, and show no control character")
    func errorText() {
        #expect {
            try Self.parse(Self.v1 + "-> X a\u{1B}[31m\n")
        } throws: {
            "\($0)" == "malformed age header, line 2: the byte 0x1b in a stanza's arguments"
        }
    }

    // MARK: Bounds

    @Test("one stanza too many is refused when read and when written")
    func stanzaCount() throws {
        let stanza = try Stanza(type: "X")
        let most = [Stanza](repeating: stanza, count: AgeHeader.maximumStanzaCount)
        #expect(try Self.parse(try Self.encoded(most)[...])?.stanzas.count == most.count)
        #expect { try Self.encoded(most + [stanza]) } throws: { ($0 as? AgeFormatError)?.code == .tooManyStanzas }
        let text = Self.v1 + String(repeating: "-> X\n\n", count: most.count + 1)
        #expect { try Self.parse(text) } throws: { ($0 as? AgeFormatError)?.code == .tooManyStanzas }
    }

    static let withoutEnd: [Malformed] = [
        Malformed(what: "a line", text: v1 + "-> X " + String(repeating: "a", count: Stanza.maximumLineByteCount), code: .headerTooLarge),
        Malformed(
            what: "arguments", text: v1 + "-> X" + String(repeating: " a", count: Stanza.maximumArgumentCount + 1) + "\n",
            code: .headerTooLarge),
        Malformed(
            what: "a body", text: v1 + "-> X\n" + String(repeating: full + "\n", count: Stanza.maximumBodyByteCount / 48 + 1),
            code: .headerTooLarge),
        Malformed(
            what: "a header", text: v1 + String(repeating: "-> X " + String(repeating: "a", count: 16_000) + "\n\n", count: 132),
            code: .headerTooLarge),
    ]

    @Test("nothing of a header can be without end", arguments: withoutEnd)
    func bounds(header: Malformed) {
        #expect { try Self.parse(header.text) } throws: { ($0 as? AgeFormatError)?.code == header.code }
    }

    @Test("a header that would be too long to read is not written")
    func writtenBound() throws {
        let stanza = try Stanza(type: "X", body: [UInt8](repeating: 0, count: Stanza.maximumBodyByteCount))
        #expect { try Self.encoded([stanza, stanza]) } throws: { ($0 as? AgeFormatError)?.code == .headerTooLarge }
        #expect { try Self.encoded([]) } throws: { ($0 as? AgeFormatError)?.code == .malformedHeader }
    }

    static let ends: [(String, AgeFormatError.Code, String)] = [
        ("", .notAnAgeFile, "empty"), ("age-enc", .notAnAgeFile, "first line"), ("-----BEGIN", .notAnAgeFile, "first line"),
        (v1, .truncated, "line 2"), (v1 + "-", .truncated, "line 2"), (v1 + "-> X", .truncated, "line 2"),
        (v1 + "-> X\nAAAA", .truncated, "line 3"),
        (v1 + "-> X\n\n--- AAAA", .truncated, "line 4"),
    ]

    @Test("a stream that ends inside the header says where", arguments: ends)
    func truncation(text: String, code: AgeFormatError.Code, place: String) throws {
        var parser = AgeHeaderParser()
        #expect(try Self.parse(Array(text.utf8)[...], with: &parser) == nil)
        #expect(parser.endOfInput().code == code)
        #expect(parser.endOfInput().message.contains(place))
    }
}
