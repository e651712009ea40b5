import TestSupport
import Testing

@testable import TLSInspector

@Suite("ServerKeyExchange")
struct ServerKeyExchangeTests {
    static let nginxPrime = [UInt8](
        hex: """
            bbbc2dcad84674907c43fcf580e9cfdbd958a3f568b42d4b08eed4eb0fb3504c6c030276e710800c5ccbbaa8922614c5beeca565a5fdf1d287a2bc049be6
            778060e91a92a757e3048f68b076f7d36cc8f29ba5df81dc2ca725ece66270cc9a5035d8ceceef9ea0274a63ab1e58fafd4988d0f65d146757da071df045
            cfe16b9b
            """)

    /// A modulus of 512 bits, the exponent 65537 and a signature of one byte, in the form of TLS 1.0.
    static let exportRSA: [UInt8] = [0, 64, 0xC1] + [UInt8](repeating: 0x55, count: 63) + [0, 3, 1, 0, 1] + [0, 1, 0xAA]
    /// Degree 283 with a pentanomial basis, every number one byte long.
    static let explicitBinary: [UInt8] =
        [2, 0x01, 0x1B, 2] + [UInt8](repeating: 1, count: 16) + [2, 4, 7]

    @Test("a curve, a key, a scheme and a signature")
    func ecdhe() throws {
        let exchange = try ServerKeyExchange(
            CapturedMessages.ecdheECDSA, suite: try #require(CipherSuite(registeredName: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")),
            version: .tls12)
        guard case .ellipticCurve(.named(let group), let key) = exchange.parameters else {
            Issue.record("\(exchange)")
            return
        }
        #expect(group == .x25519 && key.count == 32)
        #expect(exchange.signature?.scheme?.name == "ecdsa_secp256r1_sha256")
        #expect(exchange.signature?.bytes.first == 0x30)
        #expect(exchange.pskIdentityHint == nil)
    }

    @Test("before TLS 1.2 no scheme stands before the signature")
    func tls10() throws {
        let suite = try #require(CipherSuite(registeredName: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"))
        let exchange = try ServerKeyExchange(CapturedMessages.ecdheRSA10, suite: suite, version: .tls10)
        let signature = try #require(exchange.signature)
        #expect(signature.scheme == nil && signature.bytes.count == 128)
        #expect(throws: WireError.self) { try ServerKeyExchange(CapturedMessages.ecdheRSA10, suite: suite, version: .tls12) }
    }

    @Test("the group of DHE, with and without a signature or a hint")
    func finiteFields() throws {
        let cases: [(bytes: [UInt8], suite: String, hint: String?, isSigned: Bool)] = [
            (CapturedMessages.dheRSA, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", nil, true),
            (CapturedMessages.dhAnonymous, "TLS_DH_anon_WITH_AES_128_CBC_SHA", nil, false),
            (CapturedMessages.dhePSK, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA", "hint", false),
        ]
        for test in cases {
            let suite = try #require(CipherSuite(registeredName: test.suite))
            let exchange = try ServerKeyExchange(test.bytes, suite: suite, version: .tls12)
            guard case .finiteField(let prime, let generator, let key) = exchange.parameters else {
                Issue.record("\(test.suite): \(exchange)")
                continue
            }
            #expect(prime == Self.nginxPrime && generator == [2] && key.count <= 128)
            #expect(exchange.pskIdentityHint == test.hint.map { Array($0.utf8) })
            #expect((exchange.signature != nil) == test.isSigned)
        }
    }

    @Test("a hint alone, and a hint before a curve")
    func preSharedKeys() throws {
        for (bytes, name) in [
            (CapturedMessages.psk, "TLS_PSK_WITH_AES_128_CBC_SHA"), (CapturedMessages.rsaPSK, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA"),
        ] {
            let exchange = try ServerKeyExchange(bytes, suite: try #require(CipherSuite(registeredName: name)), version: .tls12)
            #expect(exchange.pskIdentityHint == Array("hint".utf8))
            #expect(exchange.parameters == nil && exchange.signature == nil)
        }
        let suite = try #require(CipherSuite(registeredName: "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA"))
        let exchange = try ServerKeyExchange(CapturedMessages.ecdhePSK, suite: suite, version: .tls12)
        #expect(exchange.pskIdentityHint == [])
        guard case .ellipticCurve(.named(.x25519), _) = exchange.parameters else {
            Issue.record("\(exchange)")
            return
        }
    }

    @Test("anonymous ECDH has no signature")
    func anonymous() throws {
        let suite = try #require(CipherSuite(registeredName: "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"))
        let exchange = try ServerKeyExchange(CapturedMessages.ecdhAnonymous, suite: suite, version: .tls12)
        #expect(exchange.signature == nil)
    }

    @Test("the temporary key of a suite for export")
    func export() throws {
        let suite = try #require(CipherSuite(registeredName: "TLS_RSA_EXPORT_WITH_RC4_40_MD5"))
        let exchange = try ServerKeyExchange(Self.exportRSA, suite: suite, version: .tls10)
        guard case .rsa(let modulus, let exponent) = exchange.parameters else {
            Issue.record("\(exchange)")
            return
        }
        #expect(ServerKeyExchange.bitCount(modulus) == 512 && exponent == [1, 0, 1])
        #expect(exchange.signature?.bytes == [0xAA])
    }

    @Test("curves that are spelled out")
    func explicitCurves() throws {
        let binary = try ServerKeyExchange(Self.explicitBinary, keyExchange: .ecdhe, isSigned: false, version: .tls12)
        #expect(binary.parameters == .ellipticCurve(.explicitBinary(degree: 283), publicKey: [4, 7]))
        let numbers: [UInt8] = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
        let prime = try ServerKeyExchange([1, 2, 0x01, 0xFF] + numbers + [1, 9], keyExchange: .ecdhe, isSigned: false, version: .tls12)
        #expect(prime.parameters == .ellipticCurve(.explicitPrime(bits: 9), publicKey: [9]))
        for broken in [[4, 0, 23, 1, 9], [0, 0, 23, 1, 9], [2, 1, 0x1B, 3] + [UInt8](repeating: 1, count: 20), [3, 0, 23, 0]] as [[UInt8]] {
            #expect(throws: WireError.self) { try ServerKeyExchange(broken, keyExchange: .ecdhe, isSigned: false, version: .tls12) }
        }
    }

    @Test("SRP's numbers, and what nobody reads")
    func others() throws {
        let suite = try #require(CipherSuite(registeredName: "TLS_SRP_SHA_WITH_AES_128_CBC_SHA"))
        let srp = try ServerKeyExchange([0, 1, 23, 0, 1, 5, 2, 7, 7, 0, 1, 9], suite: suite, version: .tls12)
        #expect(srp.parameters == .srp(prime: [23], generator: [5], salt: [7, 7], publicKey: [9]) && srp.signature == nil)
        let password = try #require(CipherSuite(registeredName: "TLS_ECCPWD_WITH_AES_128_GCM_SHA256"))
        #expect(try ServerKeyExchange([1, 2], suite: password, version: .tls12).parameters == .unread([1, 2]))
    }

    @Test("a suite that has no such message, or that nobody knows, is refused", arguments: [0x002F, 0x1301, 0xC004, 0x4A4A] as [UInt16])
    func refused(number: UInt16) {
        #expect(throws: WireError.self) {
            try ServerKeyExchange(CapturedMessages.ecdheECDSA, suite: CipherSuite(rawValue: number), version: .tls12)
        }
    }

    @Test("empty numbers are no numbers")
    func empty() {
        #expect(throws: WireError.self) {
            try ServerKeyExchange([0, 0, 0, 1, 2, 0, 1, 2], keyExchange: .dhe, isSigned: false, version: .tls12)
        }
        #expect(throws: WireError.self) {
            try ServerKeyExchange([0, 1, 7, 0, 0, 0, 1, 2], keyExchange: .dhe, isSigned: false, version: .tls12)
        }
    }

    @Test(
        "bits are counted without leading zeros",
        arguments: [([], 0), ([0], 0), ([0, 1], 1), ([0x80], 8), ([1, 0], 9)] as [([UInt8], Int)])
    func bits(number: [UInt8], count: Int) {
        #expect(ServerKeyExchange.bitCount(number) == count)
    }
}
