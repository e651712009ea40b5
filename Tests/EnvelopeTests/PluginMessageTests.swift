import AgeFormat
import OpenSSL
import TestSupport
import Testing

@testable import Envelope

@Suite("Messages of the plugin protocol")
struct PluginMessageTests {
    private struct Plain: Equatable {
        let words: [String]
        let body: [UInt8]
        let secret: [UInt8]
    }

    private func parse(_ text: [UInt8]) throws -> [Plain] {
        var parser = try PluginMessageParser()
        var messages: [Plain] = []
        for byte in text where try parser.admit(byte) {
            let message = try parser.take()
            let secret = message.secret.withUnsafeBytes { Array($0) }
            messages.append(Plain(words: [message.type] + message.arguments, body: message.body, secret: secret))
        }
        let isBetween = parser.isBetweenMessages
        #expect(isBetween)
        return messages
    }

    @Test("messages without a secret come back, of every size", arguments: [0, 1, 2, 47, 48, 49, 95, 96, 97, 5000])
    func plain(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let body = generator.bytes(size)
        let text = try PluginMessage.encoded("recipient-stanza", ["0", "x"], body: body)
        #expect(
            try parse(text + text) == [Plain](repeating: Plain(words: ["recipient-stanza", "0", "x"], body: body, secret: []), count: 2))
    }

    @Test(
        "secret bodies come back in locked memory, and are the same text", arguments: [0, 1, 2, 3, 16, 47, 48, 49, 96, 97, 4095, 4096])
    func secret(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let body = generator.bytes(size)
        let text = try PluginMessage.encoded("ok", secret: SecretBytes(copying: body.span.bytes)).withUnsafeBytes { Array($0) }
        #expect(try text == PluginMessage.encoded("ok", body: body))
        #expect(try parse(text) == [Plain(words: ["ok"], body: [], secret: body)])
    }

    @Test("an identity is written as the one argument")
    func identity() throws {
        let identity = Array("AGE-PLUGIN-X-1QQ".utf8)
        let text = try PluginMessage.encoded("add-identity", secretArgument: SecretBytes(copying: identity.span.bytes))
            .withUnsafeBytes { Array($0) }
        #expect(try text == PluginMessage.encoded("add-identity", [String(decoding: identity, as: UTF8.self)]))
    }

    static let malformed = [
        "x", "->\n", "--> a\n\n", "-> \n\n", "->  a\n\n", "-> a \n\n", "-> a  b\n\n", "-> a\tb\n\n", "-> a\r\n\n", "-> é\n\n", "\n",
        "-> a\nA\n", "-> a\nAB\n", "-> a\nAA=\n", "-> a\nAA==\n", "-> a\nA-AA\n", "-> a\nAA AA\n", "-> a\n\r\n",
        "-> a\n" + String(repeating: "A", count: 65), "-> a\n" + String(repeating: "A", count: 64) + "\nA\n", "-> ok\nAAB\n",
        "-> " + String(repeating: "a", count: 16_385), "-> a" + String(repeating: " a", count: 258) + "\n\n",
        "-> ok\n" + String(repeating: String(repeating: "A", count: 64) + "\n", count: 86),
    ]

    @Test("what is no message is refused", arguments: malformed)
    func refused(text: String) {
        #expect(throws: EnvelopeError(.pluginFailed, "")) { try parse(Array(text.utf8)) }
    }

    @Test("an index is a decimal number in its one form")
    func index() {
        #expect(PluginMessage.index("0") == 0)
        #expect(PluginMessage.index("120") == 120)
        for text in ["", "-1", "+1", "00", "01", "1 ", "x", "99999999999999999999"] { #expect(PluginMessage.index(text) == nil) }
    }

    @Test("text for a person is one bounded line without control characters")
    func line() {
        #expect(PluginText.line(Array("touch\nthe\u{1B}[2J \u{202E}token\u{7F}\u{85}\t".utf8)) == "touch the [2J  token")
        #expect(PluginText.line([0xFF, 0x41]) == "\u{FFFD}A")
        #expect(PluginText.line([UInt8](repeating: 0x41, count: 100_000)).count == 1000)
        #expect(PluginText.line([]).isEmpty)
    }
}
