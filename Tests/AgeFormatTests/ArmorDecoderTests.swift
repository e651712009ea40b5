import TestSupport
import Testing

@testable import AgeFormat

@Suite("ArmorDecoder")
struct ArmorDecoderTests {
    private static let begin = ArmorText.begin
    private static let end = ArmorText.end
    /// A full line, and two that are not.
    private static let full = String(repeating: "Zm9v", count: 16)
    private static let short = "Zm9vYg=="

    @Test("every size up to four lines comes back, with either line end", arguments: ["\n", "\r\n"])
    func sizes(lineEnd: String) throws {
        var generator = SeededGenerator(seed: 2)
        for count in 0...4 * Armor.bytesPerLine + 1 {
            let bytes = generator.bytes(count)
            #expect(try ArmorText.decode(Array(ArmorText.reference(bytes, lineEnd: lineEnd).utf8)) == bytes, "\(count) bytes")
        }
    }

    @Test("text is read the same however it is cut, and however little room there is", arguments: 0..<60 as Range<UInt64>)
    func pieces(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bytes = generator.bytes(Int.random(in: 0...2000, using: &generator))
        let lineEnd = Bool.random(using: &generator) ? "\n" : "\r\n"
        let text = " \t\r\n\n" + ArmorText.reference(bytes, lineEnd: lineEnd) + "\n \t"
        let most = [1, 3, 63, 64, 65, 66, 67, 131, 500].randomElement(using: &generator) ?? 1
        var rooms = generator
        let decoded = try ArmorText.decode(
            Array(text.utf8), pieceCount: { Int.random(in: 1...most, using: &generator) },
            roomCount: { Int.random(in: 0...200, using: &rooms) })
        #expect(decoded == bytes)
    }

    static let accepted: [(String, String)] = [
        ("\(begin)\n\(end)", ""),
        ("\(begin)\n\(short)\n\(end)", "foob"),
        ("\(begin)\n\(short)\n\(end)\r", "foob"),
        ("\(begin)\r\n\(short)\n\(end)\r\n", "foob"),
        ("\n  \t\r\n\(begin)\n\(short)\n\(end)\n\n \t\r\u{0B}\u{0C}\n", "foob"),
        (String(repeating: "\n", count: 1024) + "\(begin)\n\(short)\n\(end)\n" + String(repeating: " ", count: 1024), "foob"),
        ("\(begin)\n\(full)\n\(end)\n", String(repeating: "foo", count: 16)),
        ("\(begin)\n\(full)\n\(short)\n\(end)\n", String(repeating: "foo", count: 16) + "foob"),
        // A last line of 64 columns with padding.
        ("\(begin)\n\(full.dropLast(4))Zg==\n\(end)\n", String(repeating: "foo", count: 15) + "f"),
    ]

    @Test("what the format allows is read", arguments: accepted)
    func allowed(text: String, expected: String) throws {
        for most in [1, 7, 64, 10_000] {
            #expect(try ArmorText.decode(Array(text.utf8), pieceCount: { most }) == Array(expected.utf8))
        }
    }

    static let malformed: [(String, String)] = [
        // The markers
        ("x\(begin)\n\(end)\n", "line 1: not"), (" \(begin)\n\(end)\n", "line 1: not"), ("\n\t\(begin)\n\(end)\n", "line 2: not"),
        ("-----BEGIN AGE ENCRYPTED FILE----\n\(end)\n", "line 1: not"), ("-----BEGIN PGP MESSAGE-----\n\(end)\n", "line 1: not"),
        ("\(begin.lowercased())\n\(end)\n", "line 1: not"), ("----- BEGIN AGE ENCRYPTED FILE -----\n\(end)\n", "line 1: not"),
        ("\(begin) \n\(end)\n", "line 1: a space behind"), ("\(begin)-\n\(end)\n", "line 1: \"-\" behind"),
        ("\(begin)\r\r\n\(end)\n", "line 1: a carriage return within"), ("\(begin)\r\(end)\n", "line 1: a carriage return within"),
        ("\(begin)\n\(short)\n\(end) \n", "line 3: a space behind"), ("\(begin)\n\(short)\n\(end)-\n", "line 3: \"-\" behind"),
        ("\(begin)\n\(short)\n-----END AGE ENCRYPTED FILE----\n", "line 3: neither"), ("\(begin)\n\(short)\n-----\n", "line 3: neither"),
        ("\(begin)\n\(short)\n-----END PGP MESSAGE-----\n", "line 3: neither"), ("\(begin)\n\(begin)\n\(end)\n", "line 2: neither"),
        ("\(begin)\n\(short)\n \(end)\n", "line 3: a space in"),
        // White space
        (String(repeating: " ", count: 1025) + "\n\(begin)\n\(end)\n", "white space before"),
        ("\(begin)\n\(end)\n" + String(repeating: "\n", count: 1025), "white space behind"),
        ("\(begin)\n\(end)\n\nx", "line 4: \"x\" behind"), ("\(begin)\n\(end)\n\(begin)\n\(end)\n", "line 3: \"-\" behind"),
        // Lines
        ("\(begin)\n\n\(end)\n", "line 2: an empty line"), ("\(begin)\n\n\(short)\n\(end)\n", "line 2: an empty line"),
        ("\(begin)\n\(short)\n\n\(end)\n", "line 3: an empty line"), ("\(begin)\n\(full)\n\r\n\(end)\n", "line 3: an empty line"),
        ("\(begin)\nComment: none\n\n\(short)\n\(end)\n", "line 2: \":\""),
        ("\(begin)\n\(short)\n\(short)\n\(end)\n", "line 3: more base64"),
        ("\(begin)\n\(short)\n\(full)\n\(end)\n", "line 3: more base64"), ("\(begin)\n\(full)A\n\(end)\n", "line 2: more than 64"),
        ("\(begin)\n\(full)\(full)\n\(end)\n", "line 2: more than 64"), ("\(begin)\n\(full)\n\(full) \n\(end)\n", "line 3: a space"),
        ("\(begin)\n\(full.dropLast(4))Zg==\n\(short)\n\(end)\n", "line 3: more base64"),
        ("\(begin)\n\(full)\r\r\n\(end)\n", "line 2: a carriage return within"),
        ("\(begin)\nZm9v\rYg==\n\(end)\n", "line 2: a carriage return within"),
        ("\(begin)\n\(short)\n=DLMI\n\(end)\n", "line 3: more base64"), ("\(begin)\n \(short)\n\(end)\n", "line 2: a space"),
        // Base64
        ("\(begin)\nZg\n\(end)\n", "line 2: invalid base64"), ("\(begin)\nZg=\n\(end)\n", "line 2: invalid base64"),
        ("\(begin)\nZg=\n=\n\(end)\n", "line 2: invalid base64"), ("\(begin)\nZh==\n\(end)\n", "line 2: invalid base64"),
        ("\(begin)\nZg==Zg==\n\(end)\n", "line 2: invalid base64"), ("\(begin)\n====\n\(end)\n", "line 2: invalid base64"),
        ("\(begin)\nZm9-\n\(end)\n", "line 2: \"-\""), ("\(begin)\nZm9_\n\(end)\n", "line 2: \"_\""),
        ("\(begin)\n\(full.dropLast())\u{7F}\n\(end)\n", "line 2: the byte 0x7f"),
        ("\(begin)\n\(full.dropLast(4))Zh==\n\(end)\n", "invalid base64"),
        ("\(begin)\n\(full.dropLast(2))é\n\(end)\n", "line 2: the byte 0xc3"),
        ("\(begin)\n\(full)\nZm9v\(short.dropLast())\n\(end)\n", "line 3"),
    ]

    @Test("whatever breaks a rule is refused, and the line is named", arguments: malformed)
    func refused(text: String, reason: String) {
        for most in [1, 5, 64, 65, 10_000] {
            let error = #expect(throws: AgeFormatError.self) { try ArmorText.decode(Array(text.utf8), pieceCount: { most }) }
            #expect(error?.code == .malformedArmor)
            #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        }
    }

    @Test("a text that ends before its last line does is truncated, wherever that is")
    func truncated() {
        let text = Array("\n\(Self.begin)\r\n\(Self.full)\n\(Self.short)\n\(Self.end)".utf8)
        for count in 0..<text.count {
            let error = #expect(throws: AgeFormatError.self) { try ArmorText.decode(Array(text[..<count])) }
            #expect(error?.code == .truncated, "\(count): \(error?.message ?? "")")
        }
    }

    @Test("each byte value is judged alike within a whole line and byte by byte")
    func eachByte() {
        let text = Array("\(Self.begin)\n\(Self.full)\n\(Self.full)\n\(Self.end)\n".utf8)
        for place in [35, 36, 50, 97, 98] {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[place] = byte
                #expect(Self.verdict(changed, pieceCount: 10_000) == Self.verdict(changed, pieceCount: 1), "\(byte) at \(place)")
            }
        }
    }

    private static func verdict(_ text: [UInt8], pieceCount: Int) -> Result<[UInt8], AgeFormatError> {
        do {
            return .success(try ArmorText.decode(text, pieceCount: { pieceCount }))
        } catch {
            return .failure(error)
        }
    }

    static let fronts: [(String, Bool?)] = [
        ("", nil), (" \n", nil), ("-", nil), ("-----BEGIN AGE ENCRYPTED FILE----", nil), (begin, true), ("\r\n\t \(begin)\n", true),
        ("age-encryption.org/v1\n", false), ("-----BEGIN PGP", false), ("\u{0}", false),
        (String(repeating: " ", count: 1024), nil), (String(repeating: " ", count: 1024) + begin, true),
        (String(repeating: " ", count: 1025), false),
    ]

    @Test("the text form is recognised by its beginning, once there is enough of it", arguments: fronts)
    func recognised(text: String, expected: Bool?) {
        let bytes = Array(text.utf8)
        #expect(bytes.count <= ArmorDecoder.maximumPrefixByteCount)
        #expect(ArmorDecoder.isArmored(bytes.span.bytes) == expected)
    }
}
