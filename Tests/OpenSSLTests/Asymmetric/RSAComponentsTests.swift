import OpenSSL
import TestSupport
import Testing

/// Keys that are put together from their numbers, or read in the form of PKCS#1.
@Suite("RSAComponents")
struct RSAComponentsTests {
    /// The numbers of a key, out of its PKCS#8 form: n, e, d, p, q, d mod (p−1), d mod (q−1), coefficient.
    private struct Numbers {
        var values: [[UInt8]] = []
        let pkcs1: [UInt8]

        init(pkcs8: [UInt8]) {
            // SEQUENCE and version, algorithm, then the key in an OCTET STRING of a two-byte length.
            pkcs1 = Array(pkcs8[26...])
            var rest = pkcs1[(pkcs1.startIndex + 4)...].dropFirst(3)
            while rest.count > 2 {
                var count = Int(rest[rest.startIndex + 1])
                rest = rest.dropFirst(2)
                if count > 0x80 {
                    let lengthBytes = count - 0x80
                    count = rest.prefix(lengthBytes).reduce(0) { $0 << 8 | Int($1) }
                    rest = rest.dropFirst(lengthBytes)
                }
                values.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
        }

        func components(privateExponent: [UInt8]? = nil, prime1: [UInt8]? = nil, coefficient: [UInt8]? = nil) throws -> RSAComponents {
            RSAComponents(
                modulus: values[0], publicExponent: values[1], privateExponent: try secret(privateExponent ?? values[2]),
                coefficient: try secret(coefficient ?? values[7]), prime1: try secret(prime1 ?? values[3]), prime2: try secret(values[4]))
        }
    }

    private static func numbers() throws -> Numbers {
        Numbers(pkcs8: revealed(try PrivateKey.generate(.rsa(bits: 2048)).pkcs8DER()))
    }

    @Test("a key comes back from its numbers, and from PKCS#1")
    func roundTrip() throws {
        for _ in 0..<4 {
            let numbers = try Self.numbers()
            #expect(numbers.values.count == 8)
            let key = try PrivateKey(rsa: numbers.components())
            #expect(revealed(try key.pkcs8DER())[26...] == numbers.pkcs1[...])
            let read = try PrivateKey(ownPKCS1DER: secret(numbers.pkcs1))
            #expect(revealed(try read.pkcs8DER())[26...] == numbers.pkcs1[...])
        }
    }

    @Test("numbers that do not fit together are refused")
    func wrong() throws {
        let (numbers, others) = (try Self.numbers(), try Self.numbers())
        let wrong: [() throws -> RSAComponents] = [
            { try numbers.components(privateExponent: others.values[2]) }, { try numbers.components(prime1: others.values[3]) },
            { try numbers.components(prime1: [1]) }, { try numbers.components(prime1: [0]) }, { try numbers.components(prime1: []) },
            { try numbers.components(coefficient: others.values[7]) }, { try numbers.components(privateExponent: [0]) },
            { try numbers.components(prime1: [UInt8](repeating: 1, count: 4000)) },
        ]
        for (index, make) in wrong.enumerated() {
            let code = try failure { _ = try PrivateKey(rsa: make()) }
            #expect(code == .invalidKey, "case \(index): \(String(describing: code))")
        }
    }

    @Test("PKCS#1 that is cut or longer is refused")
    func lengths() throws {
        let pkcs1 = try Self.numbers().pkcs1
        for text in [[], Array(pkcs1.dropLast()), Array(pkcs1.prefix(100)), [UInt8](repeating: 0x30, count: 20_000)] {
            #expect(try failure { _ = try PrivateKey(ownPKCS1DER: secret(text)) } == .invalidKey)
        }
    }
}
