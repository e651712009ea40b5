import Testing

@testable import Integrity

@Suite("Signed note")
struct SignedNoteTests {
    private let text = Array("first line\n\nthird line\n".utf8)

    /// The example of golang.org/x/mod/sumdb/note.
    private static let goKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let goNote = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    @Test("the note that Go's documentation signs is verified by its key, and by nobody else's")
    func goExample() throws {
        let note = try SignedNote(parsing: Array(Self.goNote.utf8))
        let signer = try TrustedSigner(verifierKey: Self.goKey)
        #expect(try note.verify(by: [signer]) == signer)
        #expect(try note.verify(by: [try TrustTestKey.first.signer(), signer]) == signer)
        #expect(note.bytes == Array(Self.goNote.utf8))
        #expect(throws: IntegrityError(.unknownSigner, "")) { try note.verify(by: [try TrustTestKey.first.signer()]) }
        let edited = try SignedNote(parsing: Array(Self.goNote.replacing("answer", with: "answeR").utf8))
        #expect(throws: IntegrityError(.invalidSignature, "")) { try edited.verify(by: [signer]) }
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        let what: String
        let note: String
        var code: IntegrityError.Code = .malformed
        var testDescription: String { what }
    }

    private static let line = "— name AAAAAAA="
    static let malformed: [Malformed] = [
        Malformed(what: "nothing", note: ""),
        Malformed(what: "no blank line", note: "text\n\(line)\n"),
        Malformed(what: "no text", note: "\n\(line)\n"),
        Malformed(what: "no text and no blank line", note: "\(line)\n"),
        Malformed(what: "no signature", note: "text\n\n", code: .notSigned),
        Malformed(what: "a last line without an end", note: "text\n\n\(line)"),
        Malformed(what: "a hyphen for a dash", note: "text\n\n- name AAAAAAA=\n"),
        Malformed(what: "an en dash", note: "text\n\n– name AAAAAAA=\n"),
        Malformed(what: "two spaces", note: "text\n\n— name  AAAAAAA=\n"),
        Malformed(what: "no name", note: "text\n\n—  AAAAAAA=\n"),
        Malformed(what: "no signature behind a name", note: "text\n\n— name\n"),
        Malformed(what: "something behind a signature", note: "text\n\n— name AAAAAAA= x\n"),
        Malformed(what: "a plus in a name", note: "text\n\n— na+me AAAAAAA=\n"),
        Malformed(what: "a no-break space in a name", note: "text\n\n— na\u{A0}me AAAAAAA=\n"),
        Malformed(what: "a tab", note: "te\txt\n\n\(line)\n"),
        Malformed(what: "a carriage return", note: "text\r\n\n\(line)\n"),
        Malformed(what: "a zero byte", note: "te\0xt\n\n\(line)\n"),
        Malformed(what: "base64 without padding", note: "text\n\n— name AAAAAAA\n"),
        Malformed(what: "base64 with bits to spare", note: "text\n\n— name AAAAAAB=\n"),
        Malformed(what: "base64 of URLs", note: "text\n\n— name AAAAAA_=\n"),
        Malformed(what: "a signature of no bytes", note: "text\n\n— name AAAAAA==\n"),
        Malformed(what: "17 signatures", note: "text\n\n" + String(repeating: "\(line)\n", count: 17)),
        Malformed(what: "a line of text below", note: "text\n\n\(line)\nmore\n"),
        Malformed(what: "more than 16 KiB", note: String(repeating: "x", count: 16_384) + "\n\n\(line)\n"),
        Malformed(what: "a name of 2049 bytes", note: "text\n\n— \(String(repeating: "n", count: 2049)) AAAAAAA=\n"),
    ]

    @Test("what is no signed note is refused", arguments: malformed)
    func refused(_ malformed: Malformed) {
        let error = #expect(throws: IntegrityError.self) { try SignedNote(parsing: Array(malformed.note.utf8)) }
        #expect(error?.code == malformed.code)
        #expect(error.map { !$0.message.utf8.contains { $0 < 0x20 } } == true)
    }

    @Test(
        "bytes that are no UTF-8 are refused in text and name",
        arguments: ["te\u{1}xt\n\n— name AAAAAAA=\n", "text\n\n— na\u{1}me AAAAAAA=\n"])
    func noUTF8(note: String) {
        let bytes = Array(note.utf8).map { $0 == 1 ? 0xFF : $0 }
        #expect(throws: IntegrityError(.malformed, "")) { try SignedNote(parsing: bytes) }
    }

    @Test("a text may have blank lines, and ends before the last")
    func blankLines() throws {
        let note = try TrustTestKey.first.sign(text)
        let read = try SignedNote(parsing: note.bytes)
        #expect(read == note)
        #expect(read.text == text)
        #expect(read.bytes == note.bytes)
    }

    @Test("a note without signatures is read only where that is allowed, and never verified")
    func unsigned() throws {
        let note = try SignedNote.unsigned(try TrustSample.checkpoint())
        #expect(note.bytes == note.text + [0x0A])
        #expect(throws: IntegrityError(.notSigned, "")) { try SignedNote(parsing: note.bytes) }
        let read = try SignedNote(parsing: note.bytes, allowingUnsigned: true)
        #expect(read == note)
        #expect(throws: IntegrityError(.notSigned, "")) { try read.verify(by: [try TrustTestKey.first.signer()]) }
        // Taking the signatures away does not make a signed note of anybody.
        let stripped = try TrustTestKey.first.sign(note.text).text + [0x0A]
        #expect(throws: IntegrityError(.notSigned, "")) { try SignedNote(parsing: stripped) }
    }

    @Test("16 signatures are read, and those of unknown keys are kept and ignored")
    func unknownSignatures() throws {
        let foreign = NoteSignature(name: "example.org/witness", keyID: [1, 2, 3, 4], signature: [9, 9])
        let own = try TrustTestKey.first.signature(of: text)
        let note = try SignedNote(text: text, signatures: [NoteSignature](repeating: foreign, count: 15) + [own])
        let read = try SignedNote(parsing: note.bytes)
        #expect(read.signatures.count == 16)
        #expect(try read.verify(by: [try TrustTestKey.first.signer()]).name == TrustTestKey.first.name)
        #expect(throws: IntegrityError(.invalidArgument, "")) {
            try SignedNote(text: text, signatures: [NoteSignature](repeating: foreign, count: 17))
        }
    }

    @Test("a wrong signature of a trusted key spoils the note, wherever it stands", arguments: [true, false])
    func spoiled(first: Bool) throws {
        let (good, other) = (try TrustTestKey.first.signature(of: text), try TrustTestKey.second.signature(of: [0x61, 0x0A]))
        let note = try SignedNote(text: text, signatures: first ? [other, good] : [good, other])
        let (one, two) = (try TrustTestKey.first.signer(), try TrustTestKey.second.signer())
        #expect(try note.verify(by: [one]) == one)
        #expect(throws: IntegrityError(.invalidSignature, "")) { try note.verify(by: [one, two]) }
    }

    @Test("an unknown signer is named")
    func unknownSigner() throws {
        let note = try TrustTestKey.second.sign(text)
        let error = #expect(throws: IntegrityError.self) { try note.verify(by: [try TrustTestKey.first.signer()]) }
        #expect(error?.code == .unknownSigner)
        #expect(error?.message.contains(TrustTestKey.second.name) == true)
        #expect(throws: IntegrityError(.unknownSigner, "")) { try note.verify(by: []) }
    }

    @Test("a key under another name is another signer, unless the trusted key has no name")
    func names() throws {
        let key = TrustTestKey.first
        let note = try SignedNote(text: text, signatures: [try key.signature(of: text, name: "example.org/renamed")])
        #expect(throws: IntegrityError(.unknownSigner, "")) { try note.verify(by: [try key.signer()]) }
        #expect(try note.verify(by: [try key.signer(named: false)]).publicKey == key.signer().publicKey)
    }

    @Test("names are compared by their bytes, not as text")
    func canonicalEquivalence() throws {
        let key = TrustTestKey(seed: 1, name: "caf\u{E9}")
        let decomposed = try SignedNote(text: text, signatures: [try key.signature(of: text, name: "cafe\u{301}")])
        #expect(decomposed != (try key.sign(text)))
        #expect(throws: IntegrityError(.unknownSigner, "")) { try decomposed.verify(by: [try key.signer()]) }
    }

    @Test("no bit of text or signature can be changed")
    func flippedBits() throws {
        let note = try TrustTestKey.first.sign(try TrustSample.checkpoint())
        let signer = try TrustTestKey.first.signer()
        for index in note.bytes.indices {
            for bit in [0, 3, 6] {
                var bytes = note.bytes
                bytes[index] ^= 1 << bit
                #expect(throws: IntegrityError.self, "byte \(index), bit \(bit)") {
                    try SignedNote(parsing: bytes).verify(by: [signer])
                }
            }
        }
    }

    @Test("a signature over one text is none over another")
    func splice() throws {
        let (one, two) = (try TrustSample.checkpoint(), try TrustSample.checkpoint(entryCount: 4))
        let spliced = try SignedNote(text: two.text, signatures: try TrustTestKey.first.sign(one).signatures)
        #expect(throws: IntegrityError(.invalidSignature, "")) { try spliced.verify(by: [try TrustTestKey.first.signer()]) }
    }
}
