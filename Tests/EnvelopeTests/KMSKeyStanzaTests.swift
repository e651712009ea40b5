import AgeFormat
import Envelope
import KeyStore
import Testing

@Suite("KMSKeyStanza")
struct KMSKeyStanzaTests {
    static let arn = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    /// Docs/Formats/CofferKMSStanza.md shows these bytes.
    static let body: [UInt8] =
        [1, 0, 0, 0, 27, 0, 0, 0, 1, 0, 0, 0, 7] + Array("purpose".utf8) + [0, 0, 0, 8] + Array("archives".utf8) + [
            0, 0, 0, 4, 0xDE, 0xAD, 0xBE, 0xEF,
        ]

    @Test("the documented example is read and written")
    func example() throws {
        let wrapped = WrappedFileKey(
            keyARN: Self.arn, ciphertextBlob: [0xDE, 0xAD, 0xBE, 0xEF], encryptionContext: ["purpose": "archives"])
        let stanza = try KMSKeyStanza(wrapped).encoded()
        #expect(stanza.type == "coffer-kms")
        #expect(stanza.arguments == [Self.arn])
        #expect(stanza.body == Self.body)
        #expect(try KMSKeyStanza(stanza).wrapped == wrapped)
    }

    @Test("the documented header is what a writer makes of it")
    func exampleHeader() throws {
        let stanza = try Stanza(type: KMSKeyStanza.type, arguments: [Self.arn], body: Self.body)
        let text = """
            age-encryption.org/v1
            -> coffer-kms arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab
            AQAAABsAAAABAAAAB3B1cnBvc2UAAAAIYXJjaGl2ZXMAAAAE3q2+7w
            --- /Qxj0gnYCoIxCTvqU1chJlH8UgF7pfTEyoC4rO34e+Q

            """
        #expect(String(decoding: try FixedKey(0x5A).header([stanza]), as: UTF8.self) == text)
    }

    @Test("an empty context is four zero bytes")
    func emptyContext() throws {
        let stanza = try KMSKeyStanza(WrappedFileKey(keyARN: Self.arn, ciphertextBlob: [7], encryptionContext: .empty)).encoded()
        #expect(stanza.body == [1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 7])
    }

    @Test("a body that is cut, or longer, or has any other length in it, is refused")
    func lengths() throws {
        for count in Self.body.indices {
            #expect(throws: EnvelopeError(.damagedHeader, ""), "\(count)") { try Self.read(Array(Self.body[..<count])) }
        }
        #expect(throws: EnvelopeError(.damagedHeader, "")) { try Self.read(Self.body + [0]) }
        for index in Array(1...4) + Array(32...35) {
            var changed = Self.body
            changed[index] ^= 0x80
            #expect(throws: EnvelopeError(.damagedHeader, ""), "\(index)") { try Self.read(changed) }
        }
        #expect(throws: EnvelopeError(.damagedHeader, ""), "an empty blob") { try Self.read([1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]) }
    }

    @Test("a stanza has one argument", arguments: [[], [arn, arn], [String(repeating: "a", count: 2049)]])
    func arguments(_ arguments: [String]) {
        #expect(throws: EnvelopeError(.damagedHeader, "")) {
            try KMSKeyStanza(Stanza(type: KMSKeyStanza.type, arguments: arguments, body: Self.body))
        }
    }

    @Test("a later version asks for a newer coffer")
    func version() {
        #expect(throws: EnvelopeError(.unsupportedFormat, "")) { try Self.read([2] + Self.body.dropFirst()) }
    }

    @Test("a context whose pairs are not in order is refused: one context has one encoding")
    func order() throws {
        func pair(_ name: String) -> [UInt8] { [0, 0, 0, 1] + Array(name.utf8) + [0, 0, 0, 0] }
        func body(_ pairs: [UInt8]) -> [UInt8] { [1, 0, 0, 0, 22, 0, 0, 0, 2] + pairs + [0, 0, 0, 1, 7] }
        #expect(try Self.read(body(pair("a") + pair("b"))).wrapped.encryptionContext == ["a": "", "b": ""])
        #expect(throws: EnvelopeError(.damagedHeader, "")) { try Self.read(body(pair("b") + pair("a"))) }
        #expect(throws: EnvelopeError(.damagedHeader, "")) { try Self.read(body(pair("a") + pair("a"))) }
    }

    @Test("what passes a bound is not written")
    func bounds() {
        let blob = [UInt8](repeating: 0, count: KMSKeyStanza.maximumBlobByteCount + 1)
        #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try KMSKeyStanza(WrappedFileKey(keyARN: Self.arn, ciphertextBlob: blob, encryptionContext: .empty)).encoded()
        }
        #expect(throws: EnvelopeError(.invalidRecipients, "")) {
            try KMSKeyStanza(WrappedFileKey(keyARN: "arn with space", ciphertextBlob: [1], encryptionContext: .empty)).encoded()
        }
    }

    @discardableResult
    private static func read(_ body: [UInt8]) throws -> KMSKeyStanza {
        try KMSKeyStanza(Stanza(type: KMSKeyStanza.type, arguments: [arn], body: body))
    }
}
