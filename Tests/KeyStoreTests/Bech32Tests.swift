import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

@Suite struct Bech32Tests {
    /// BIP 173, "Test vectors": valid strings, with their prefixes.
    static let valid = [
        ("A12UEL5L", "a"), ("a12uel5l", "a"), ("?1ezyfcl", "?"),
        (
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
            "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio"
        ), ("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split"),
    ]

    /// BIP 173's invalid strings, and more.
    static let invalid = [
        "", "1", "a", "a1", " 1nwldj5", "\u{7F}1axkwrx", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8",
        "1qzzfhee", "A12uEL5L", "a12UEL5L", "a12uel5m", "a12uel5lq", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w ",
    ]

    @Test(arguments: valid) func `a valid text gives its prefix in lower case`(text: String, hrp: String) throws {
        #expect(Bech32.decode(text)?.hrp == hrp)
        #expect(Bech32.hrp(ofSecret: try secret(Array(text.utf8))) == hrp)
    }

    @Test(arguments: invalid) func `an invalid text gives nothing`(text: String) throws {
        #expect(Bech32.decode(text) == nil)
        #expect(Bech32.hrp(ofSecret: try secret(Array(text.utf8))) == nil)
    }

    @Test func `any bytes under any prefix come back, far beyond 90 characters, in either case`() {
        var generator = SeededGenerator(seed: 173)
        for count in [0, 1, 2, 3, 4, 5, 31, 32, 33, 100, 1216] {
            let bytes = generator.bytes(count)
            for hrp in ["age", "age1yubikey", "age1a1b", "age-plugin-x-"] {
                let text = Bech32.encodePublic(bytes, hrp: Array(hrp.utf8))
                #expect(Bech32.decode(text) == Bech32.Decoded(hrp: hrp, bytes: bytes))
                #expect(Bech32.decode(text.uppercased()) == Bech32.Decoded(hrp: hrp, bytes: bytes))
            }
        }
    }

    @Test func `padding that is not zero, or longer than needed, is refused`() throws {
        // Five groups of five bits hold three bytes and one bit more, which has to be zero.
        for (value, last) in Self.alphabet.enumerated() {
            #expect((Bech32.decode(Self.checksummed("x1qqqq\(last)")) != nil) == value.isMultiple(of: 2), "\(last)")
        }
        // Three and six groups are one more than one and three bytes need.
        #expect(Bech32.decode(Self.checksummed("x1qqq")) == nil)
        #expect(Bech32.decode(Self.checksummed("x1qqqqqq")) == nil)
        #expect(Bech32.decode(Self.checksummed("x1qq"))?.bytes == [0])
    }

    @Test func `a text longer than the bound is refused`() {
        let longest = (Bech32.maximumCharacterCount - "x1".count - 6) * 5 / 8
        #expect(Bech32.decode(Bech32.encodePublic([UInt8](repeating: 9, count: longest), hrp: Array("x".utf8))) != nil)
        #expect(Bech32.decode(Bech32.encodePublic([UInt8](repeating: 9, count: longest + 5), hrp: Array("x".utf8))) == nil)
    }

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l").map(String.init)

    /// The text with its right checksum, by BIP 173's reference written anew.
    private static func checksummed(_ front: String) -> String {
        let separator = front.lastIndex(of: "1") ?? front.startIndex
        let hrp = front[..<separator].utf8
        let data = front[front.index(after: separator)...].map { alphabet.firstIndex(of: String($0)) ?? 0 }
        let values = hrp.map { Int($0) >> 5 } + [0] + hrp.map { Int($0) & 31 } + data + [0, 0, 0, 0, 0, 0]
        var state = 1
        for value in values {
            let top = state >> 25
            state = (state & 0x1FF_FFFF) << 5 ^ value
            for (bit, generator) in [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3].enumerated() where top >> bit & 1 == 1
            {
                state ^= generator
            }
        }
        state ^= 1
        return front + (0..<6).map { alphabet[state >> (5 * (5 - $0)) & 31] }.joined()
    }
}
