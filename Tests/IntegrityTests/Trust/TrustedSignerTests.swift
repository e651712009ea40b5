import AgeFormat
import OpenSSL
import Testing

@testable import Integrity

@Suite("Trusted signer")
struct TrustedSignerTests {
    private static let goKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    private static func pem(_ der: [UInt8], label: String = "PUBLIC KEY", end: String = "\n") -> String {
        "-----BEGIN \(label)-----\(end)\(Base64.encode(der, padding: .required))\(end)-----END \(label)-----\(end)"
    }

    @Test("a verifier key is read and written as the same text")
    func verifierKey() throws {
        let signer = try TrustedSigner(verifierKey: Self.goKey)
        #expect(signer.name == "PeterNeumann")
        #expect(try signer.verifierKey() == Self.goKey)
        #expect(try TrustedSigner(file: Array((Self.goKey + "\n").utf8)) == signer)
        #expect(try TrustTestKey.first.signer(named: false).verifierKey() == nil)
    }

    @Test("no part of a verifier key is one, nor is one with another character")
    func mangledVerifierKeys() {
        let characters = Array(Self.goKey.utf8)
        for start in characters.indices {
            for end in (start + 1)...characters.count where (start, end) != (0, characters.count) {
                #expect(throws: IntegrityError.self) {
                    try TrustedSigner(verifierKey: String(decoding: characters[start..<end], as: UTF8.self))
                }
            }
            var other = characters
            other[start] += 1
            #expect(throws: IntegrityError.self) { try TrustedSigner(verifierKey: String(decoding: other, as: UTF8.self)) }
        }
    }

    @Test(
        "verifier keys of other kinds, lengths and spellings are refused",
        arguments: [
            ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", IntegrityError.Code.malformed),
            ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .unsupported),
            ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .malformed),
            ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .malformed),
            ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", .malformed), ("a+b+", .malformed), ("", .malformed),
            ("a+00000000+AQ==", .invalidArgument),
        ])
    func refusedVerifierKeys(text: String, code: IntegrityError.Code) {
        let error = #expect(throws: IntegrityError.self) { try TrustedSigner(verifierKey: text) }
        #expect(error?.code == code)
    }

    @Test("PEM, with either end of line, and DER are the same key")
    func files() throws {
        let der = try TrustTestKey.first.spki()
        let signer = try TrustTestKey.first.signer(named: false)
        #expect(try TrustedSigner(file: der) == signer)
        #expect(try TrustedSigner(file: Array(Self.pem(der).utf8)) == signer)
        #expect(try TrustedSigner(file: Array(Self.pem(der, end: "\r\n").utf8)) == signer)
    }

    @Test("a file of something else is refused")
    func refusedFiles() throws {
        let der = try TrustTestKey.first.spki()
        let ec = try PrivateKey.generate(.p256).publicKey().spkiDER()
        let cases: [(String, [UInt8], IntegrityError.Code)] = [
            ("nothing", [], .malformed), ("spaces", [0x20, 0x0A], .malformed), ("text", Array("hello\n".utf8), .malformed),
            ("cut DER", der.dropLast(), .malformed), ("DER with more behind it", der + [0], .malformed),
            ("a key for ECDSA", ec, .invalidArgument), ("PEM of one", Array(Self.pem(ec).utf8), .invalidArgument),
            ("a private key", Array(Self.pem(TrustTestKey.first.pkcs8, label: "PRIVATE KEY").utf8), .malformed),
            ("a private key called public", Array(Self.pem(TrustTestKey.first.pkcs8).utf8), .malformed),
            ("two blocks", Array((Self.pem(der) + Self.pem(der)).utf8), .malformed),
            ("text in front", Array(("key:\n" + Self.pem(der)).utf8), .malformed),
            ("no end", Array(Self.pem(der).utf8.dropLast(10)), .malformed),
            ("only the beginning", Array("-----BEGIN PUBLIC KEY-----".utf8), .malformed),
            ("damaged base64", Array(Self.pem(der).replacing("MCow", with: "MC-w").utf8), .malformed),
            ("too much", [UInt8](repeating: 0x20, count: 8193), .malformed),
        ]
        for (what, bytes, code) in cases {
            let error = #expect(throws: IntegrityError.self, "\(what)") { try TrustedSigner(file: bytes) }
            #expect(error?.code == code, "\(what): \(error?.message ?? "")")
        }
    }

    @Test("a name with a space, and a key that is too short, are refused")
    func refusedValues() throws {
        let key = try TrustTestKey.first.signer().publicKey
        for name in ["", "a b", "a+b", "a\nb"] {
            #expect(throws: IntegrityError(.invalidArgument, "")) { try TrustedSigner(name: name, publicKey: key) }
        }
        #expect(throws: IntegrityError(.invalidArgument, "")) { try TrustedSigner(name: nil, publicKey: key.dropLast()) }
    }
}
