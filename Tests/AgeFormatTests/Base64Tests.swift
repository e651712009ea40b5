import AgeFormat
import TestSupport
import Testing

@Suite("Base64")
struct Base64Tests {
    /// RFC 4648 §10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]

    @Test("the vectors of RFC 4648 encode and decode", arguments: vectors)
    func vector(plain: String, encoded: String) throws {
        #expect(Base64.encode(Array(plain.utf8), padding: .required) == encoded)
        #expect(try Base64.decode(encoded, padding: .required) == Array(plain.utf8))
        let unpadded = encoded.replacing("=", with: "")
        #expect(Base64.encode(Array(plain.utf8), padding: .none) == unpadded)
        #expect(try Base64.decode(unpadded, padding: .none) == Array(plain.utf8))
    }

    @Test("both special characters of the standard alphabet are used")
    func alphabet() throws {
        #expect(Base64.encode([0xFB, 0xFF, 0xFE], padding: .none) == "+//+")
        #expect(try Base64.decode("+//+", padding: .none) == [0xFB, 0xFF, 0xFE])
    }

    static let refused: [(String, Base64.Padding, Base64Error)] = [
        ("A", .none, .invalidLength), ("AAAAA", .none, .invalidLength),
        ("Zg==", .none, .invalidPadding), ("Zg=", .none, .invalidPadding),
        ("Zh", .none, .notCanonical), ("Zm9", .none, .notCanonical), ("Zh==", .required, .notCanonical), ("Zm9=", .required, .notCanonical),
        ("Zg", .required, .invalidPadding), ("Zg=", .required, .invalidPadding), ("=", .required, .invalidPadding),
        ("Z===", .required, .invalidCharacter(offset: 1)), ("====", .required, .invalidCharacter(offset: 0)),
        ("Zg==Zg==", .required, .invalidCharacter(offset: 2)), ("Z=g=", .required, .invalidCharacter(offset: 1)),
        ("Zm9v\n", .none, .invalidLength), ("Zm 9", .none, .invalidCharacter(offset: 2)), ("-_AA", .none, .invalidCharacter(offset: 0)),
        ("Zmé", .none, .invalidCharacter(offset: 2)),
    ]

    @Test("whatever is not the one text for some bytes is refused", arguments: refused)
    func refusal(text: String, padding: Base64.Padding, error: Base64Error) {
        #expect(throws: error) { try Base64.decode(text, padding: padding) }
    }

    @Test("random bytes come back", arguments: [Base64.Padding.none, .required])
    func roundTrip(padding: Base64.Padding) throws {
        var generator = SeededGenerator(seed: 64)
        for count in 0..<200 {
            let bytes = generator.bytes(count)
            #expect(try Base64.decode(Base64.encode(bytes, padding: padding), padding: padding) == bytes)
        }
    }

    @Test("a text that decodes is the text that its bytes encode to", arguments: [Base64.Padding.none, .required])
    func canonical(padding: Base64.Padding) throws {
        var generator = SeededGenerator(seed: 65)
        let characters = Array("ABgw/+=\n".utf8)
        var decoded = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...6, using: &generator)).compactMap { _ in characters.randomElement(using: &generator) }
            guard let bytes = try? Base64.decode(text[...], padding: padding) else { continue }
            decoded += 1
            #expect(Array(Base64.encode(bytes, padding: padding).utf8) == text)
        }
        #expect(decoded > 100)
    }
}
