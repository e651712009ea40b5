import OpenSSL
import TestSupport
import Testing

@Suite("Scrypt")
struct ScryptTests {
    struct Vector: Sendable {
        let passphrase, salt: String
        let logN, r, p: Int
        let answer: String
    }

    /// RFC 7914 §12, but for the last one, which takes a gigabyte.
    static let vectors = [
        Vector(
            passphrase: "", salt: "", logN: 4, r: 1, p: 1,
            answer:
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        ),
        Vector(
            passphrase: "password", salt: "NaCl", logN: 10, r: 8, p: 16,
            answer:
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        Vector(
            passphrase: "pleaseletmein", salt: "SodiumChloride", logN: 14, r: 8, p: 1,
            answer:
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ]

    @Test("it gives RFC 7914's answers", arguments: vectors)
    func knownAnswer(_ vector: Vector) throws {
        let (passphrase, salt) = ([UInt8](vector.passphrase.utf8), [UInt8](vector.salt.utf8))
        let key = try Scrypt.derive(
            passphrase: secret(passphrase), salt: salt.span.bytes, logN: vector.logN, r: vector.r, p: vector.p, count: 64)
        #expect(revealed(key).hex == vector.answer)
    }

    @Test("the memory limit is enough for what is allowed", arguments: [(1, 1, 1), (15, 1, 16), (12, 32, 16), (18, 8, 1)])
    func memory(logN: Int, r: Int, p: Int) throws {
        let salt: [UInt8] = [1]
        #expect(try Scrypt.derive(passphrase: secret([1]), salt: salt.span.bytes, logN: logN, r: r, p: p, count: 32).count == 32)
    }

    @Test(
        "parameters outside the bounds are refused before any work is done",
        arguments: [
            (0, 8, 1, 32), (23, 8, 1, 32), (14, 0, 1, 32), (14, 33, 1, 32), (14, 8, 0, 32), (14, 8, 17, 32), (14, 8, 1, 0),
            (14, 8, 1, 1025),
            (16, 1, 1, 32), (22, 9, 1, 32), (Int.max, Int.max, Int.max, Int.max), (Int.min, Int.min, Int.min, Int.min),
        ])
    func bounds(logN: Int, r: Int, p: Int, count: Int) throws {
        let salt: [UInt8] = [1]
        #expect(
            try failure { _ = try Scrypt.derive(passphrase: secret([1]), salt: salt.span.bytes, logN: logN, r: r, p: p, count: count) }
                == .invalidInput)
    }
}
