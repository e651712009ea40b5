import AgeFormat
import Testing

@Suite("Stanza")
struct StanzaTests {
    @Test("type and arguments must be visible ASCII", arguments: ["", " ", "a b", "a\n", "\u{7F}", "ä", "a\u{0}"])
    func arguments(text: String) {
        #expect(throws: AgeFormatError.self) { try Stanza(type: text) }
        #expect(throws: AgeFormatError.self) { try Stanza(type: "X", arguments: ["fine", text]) }
    }

    @Test("every visible ASCII character may stand in them")
    func visible() throws {
        let all = String(decoding: Array(UInt8(0x21)...0x7E), as: UTF8.self)
        #expect(try Stanza(type: all, arguments: [all]).arguments == [all])
    }

    @Test("each bound is reached and not passed")
    func bounds() throws {
        let line = String(repeating: "x", count: Stanza.maximumLineByteCount - 5)
        #expect(try Stanza(type: "X", arguments: [line]).arguments == [line])
        #expect(throws: AgeFormatError.self) { try Stanza(type: "XX", arguments: [line]) }

        let many = [String](repeating: "y", count: Stanza.maximumArgumentCount)
        #expect(try Stanza(type: "X", arguments: many).arguments.count == many.count)
        #expect(throws: AgeFormatError.self) { try Stanza(type: "X", arguments: many + ["y"]) }

        let body = [UInt8](repeating: 0, count: Stanza.maximumBodyByteCount)
        #expect(try Stanza(type: "X", body: body).body.count == body.count)
        #expect(throws: AgeFormatError.self) { try Stanza(type: "X", body: body + [0]) }
    }
}
