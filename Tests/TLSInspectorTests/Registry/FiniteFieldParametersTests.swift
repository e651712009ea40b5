import AgeFormat
import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Groups of finite fields")
struct FiniteFieldParametersTests {
    struct Known: Sendable, CustomTestStringConvertible {
        var name: String
        var origin: FiniteFieldParameters.Origin
        var isSafe = true
        var prime: String
        var testDescription: String { name }
    }

    static let known = [
        Known(
            name: "MODP-1024 (Oakley 2)", origin: .standard,
            prime: """
                ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd
                ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed
                ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff
                """),
        Known(
            name: "mod_ssl 2.2 512", origin: .common,
            prime: """
                9fdb8b8a004544f0045f1737d0ba2e0b274cdf1a9f588218fb435316a16e374171fd19d8d8f37c39bf863fd60e3e3006
                80a3030c6e4c3757d08f70e6aa871033
                """),
        Known(
            name: "nginx 1024", origin: .common,
            prime: """
                bbbc2dcad84674907c43fcf580e9cfdbd958a3f568b42d4b08eed4eb0fb3504c6c030276e710800c5ccbbaa8922614c5
                beeca565a5fdf1d287a2bc049be6778060e91a92a757e3048f68b076f7d36cc8f29ba5df81dc2ca725ece66270cc9a50
                35d8ceceef9ea0274a63ab1e58fafd4988d0f65d146757da071df045cfe16b9b
                """),
        Known(
            name: "Java (sun.security.provider) 768", origin: .common, isSafe: false,
            prime: """
                e9e642599d355f37c97ffd3567120b8e25c9cd43e927b3a9670fbec5d890141922d2c3b3ad2480093799869d1e846aab
                49fab0ad26d2ce6a22219d470bce7d777d4a21fbe9c270b57f607002f3cef8393694cf45ee3688c11a8c56ab127a3daf
                """),
        Known(
            name: "Postfix 1024", origin: .common,
            prime: """
                b0feb4cfd45507e7cc88590d1726c50ca54a92238178da88aa4c1306bf5d2f9ebc96b851009d0c0d75adfd3bb17e714f
                3f91541444b830251cebdf729c4cf1890d683f948ea4fb768918b29116900199668c53814e273d99e75a7aafd5ece27e
                faed0118c2782559065c39f6cd4954afc1b1ea4af953d0df6dafd493e7baae9b
                """),
        Known(
            name: "RFC 5114 1024/160", origin: .standard, isSafe: false,
            prime: """
                b10b8f96a080e01dde92de5eae5d54ec52c99fbcfb06a3c69a6a9dca52d23b616073e28675a23d189838ef1e2ee652c0
                13ecb4aea906112324975c3cd49b83bfaccbdd7d90c4bd7098488e9c219a73724effd6fae5644738faa31a4ff55bccc0
                a151af5f0dc8b4bd45bf37df365c1a65e68cfda76d4da708df1fb2bc2e4a4371
                """),
        Known(
            name: "RFC 5054 1024", origin: .standard,
            prime: """
                eeaf0ab9adb38dd69c33f80afa8fc5e86072618775ff3c0b9ea2314c9c256576d674df7496ea81d3383b4813d692c6e0
                e0d5d8e250b98be48e495c1d6089dad15dc7d7b46154d6b6ce8ef4ad69b15d4982559b297bcf1885c529f566660e57ec
                68edbc3c05726cc02fd4cbf4976eaa9afd5138fe8376435b9fc61d2fc0eb06e3
                """),
    ]

    @Test("a prime that everybody knows is recognized, and is what the table says", arguments: known)
    func recognized(_ group: Known) throws {
        let prime = [UInt8](hex: group.prime)
        let parameters = try FiniteFieldParameters(prime: [0, 0] + prime, generator: [0, 2], isExport: false)
        #expect(parameters.name == group.name)
        #expect(parameters.origin == group.origin)
        #expect(parameters.bits == prime.count * 8)
        #expect(parameters.generator == "2")
        #expect(parameters.isPrime)
        #expect(parameters.isSafePrime == group.isSafe)
        #expect(try Primality.isPrime(prime))
        #expect(try Primality.isSafePrime(prime) == group.isSafe)
    }

    @Test("a group of nobody's is tested: composite, prime, or safe")
    func own() throws {
        // The 512 bits of mod_ssl, but for the last: divisible by 2.
        var composite = [UInt8](hex: Self.known[1].prime)
        composite[63] &= 0xFE
        let even = try FiniteFieldParameters(prime: composite, generator: [5], isExport: true)
        #expect(even.origin == .own && even.name == nil && !even.isPrime && !even.isSafePrime && even.isExport && even.bits == 512)
        let mersenne = try FiniteFieldParameters(prime: [1] + [UInt8](repeating: 0xFF, count: 65), generator: [3], isExport: false)
        #expect(mersenne.isPrime && !mersenne.isSafePrime && mersenne.bits == 521 && mersenne.origin == .own)
        let small = try FiniteFieldParameters(prime: [23], generator: [5], isExport: false)
        #expect(small.isPrime && small.isSafePrime && small.bits == 5)
        let none = try FiniteFieldParameters(prime: [0], generator: [0], isExport: false)
        #expect(!none.isPrime && none.bits == 0 && none.generator == "0")
    }

    @Test("a generator is decimal if it is small")
    func generators() {
        #expect(FiniteFieldParameters.number([0, 2]) == "2")
        #expect(FiniteFieldParameters.number([UInt8](repeating: 0xFF, count: 8)) == "18446744073709551615")
        #expect(FiniteFieldParameters.number([1] + [UInt8](repeating: 0, count: 8)) == "0x010000000000000000")
    }

    @Test("a prime that would take too long is refused")
    func oversized() {
        #expect(throws: OpenSSLError.self) {
            try FiniteFieldParameters(prime: [UInt8](repeating: 0xFF, count: 2049), generator: [2], isExport: false)
        }
    }

    @Test(
        "the standard groups are those that libcrypto has",
        .enabled(if: Command.isInstalled("openssl"), "openssl is not installed"),
        arguments: [
            ("ffdhe2048", "ffdhe2048"), ("ffdhe3072", "ffdhe3072"), ("ffdhe4096", "ffdhe4096"), ("ffdhe6144", "ffdhe6144"),
            ("ffdhe8192", "ffdhe8192"), ("modp_1536", "MODP-1536"), ("modp_2048", "MODP-2048"), ("modp_3072", "MODP-3072"),
            ("modp_4096", "MODP-4096"), ("modp_6144", "MODP-6144"), ("modp_8192", "MODP-8192"), ("dh_1024_160", "RFC 5114 1024/160"),
            ("dh_2048_224", "RFC 5114 2048/224"), ("dh_2048_256", "RFC 5114 2048/256"),
        ])
    func standard(group: String, name: String) throws {
        let algorithm = group.hasPrefix("dh_") ? "DHX" : "DH"
        let pem = try #require(
            ReferenceTables.output(of: "/usr/bin/openssl", ["genpkey", "-genparam", "-algorithm", algorithm, "-pkeyopt", "group:" + group]))
        let lines = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }
        let der = try Base64.decode(lines.joined(), padding: .required)
        let prime = Self.firstInteger(der)
        let parameters = try FiniteFieldParameters(prime: prime, generator: [2], isExport: false)
        #expect(parameters.name == name)
        #expect(parameters.origin == .standard)
    }

    /// Of a SEQUENCE in DER.
    private static func firstInteger(_ der: [UInt8]) -> [UInt8] {
        func content(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            let rest = bytes.dropFirst(2)
            guard let first = bytes.dropFirst().first, first >= 0x80 else { return rest }
            let count = rest.prefix(Int(first & 0x7F)).reduce(0) { $0 << 8 | Int($1) }
            return rest.dropFirst(Int(first & 0x7F)).prefix(count)
        }
        return Array(content(content(der[...])))
    }
}
