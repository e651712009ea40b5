import Findings
import Testing

@testable import TLSInspector

@Suite("Servers held against profiles")
struct ProfileCheckTests {
    /// A server as the guideline of the profile describes it.
    private static func conforming(to name: String) throws -> ScanBuilder {
        var builder = ScanBuilder()
        builder.context.profile = try Profile.named(name)
        switch name {
        case "mozilla-modern":
            builder.refuse(.tls12)
        case "mozilla-old":
            for version in [ProtocolVersion.tls10, .tls11] { builder.offer(version, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA") }
            builder.offer(.tls12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_3DES_EDE_CBC_SHA")
            builder.leaf.key = CertificateKeyFacts(algorithm: "RSA", bits: 2048, curve: nil, exponent: "65537", weaknesses: [])
            builder.leaf.signatureAlgorithm = "sha256WithRSAEncryption"
        case "nist", "bsi":
            builder.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
            builder.offer(.tls13, "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")
            builder.scan.keyExchange.tls12Groups = .known([.secp256r1, .secp384r1])
            builder.scan.keyExchange.tls13Groups = .known([.secp256r1, .secp384r1])
        default: break
        }
        return builder
    }

    private static func deviations(_ builder: ScanBuilder) -> [String] {
        builder.findings.filter { $0.hasPrefix("tls-profile") }
    }

    @Test(
        "a server that keeps to a profile gets no finding from it",
        arguments: ["mozilla-modern", "mozilla-intermediate", "mozilla-old", "nist", "bsi", "pci"])
    func clean(_ name: String) throws { #expect(Self.deviations(try Self.conforming(to: name)) == []) }

    struct Deviation: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let profile: String
        let expected: String
        let change: @Sendable (inout ScanBuilder) -> Void

        init(_ profile: String, _ name: String, _ expected: String, change: @escaping @Sendable (inout ScanBuilder) -> Void) {
            self.testDescription = "\(profile): \(name)"
            self.profile = profile
            self.expected = expected
            self.change = change
        }
    }

    static let mozilla: [Deviation] = [
        Deviation("mozilla-intermediate", "TLS 1.1", "tls-profile-protocol medium") { $0.offer(.tls11, "TLS_RSA_WITH_AES_128_CBC_SHA") },
        Deviation("mozilla-intermediate", "no TLS 1.3", "tls-profile-protocol low") { $0.refuse(.tls13) },
        Deviation("mozilla-modern", "TLS 1.2", "tls-profile-protocol medium") {
            $0.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        },
        Deviation("mozilla-intermediate", "a CBC suite", "tls-profile-cipher-suite medium") {
            $0.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", preference: .client)
        },
        Deviation("mozilla-intermediate", "a DHE suite, which 5.7 had", "tls-profile-cipher-suite medium") {
            $0.offer(.tls12, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", preference: .client)
            $0.scan.keyExchange.finiteField = [.group(2048, .standard)]
        },
        Deviation("mozilla-intermediate", "CCM in TLS 1.3", "tls-profile-cipher-suite medium") {
            $0.offer(.tls13, "TLS_AES_128_CCM_SHA256", preference: .client)
        },
        Deviation("mozilla-intermediate", "the extra groups of a stock OpenSSL", "tls-profile-group low") {
            let groups: [NamedGroup] = [.x25519, .secp256r1, .x448, .secp521r1, .secp384r1]
            $0.scan.keyExchange.tls12Groups = .known(groups)
            $0.scan.keyExchange.tls13Groups = .known(groups)
        },
        Deviation("mozilla-intermediate", "SHA-384 with RSA", "tls-profile-certificate-signature medium") {
            $0.leaf.signatureAlgorithm = "sha384WithRSAEncryption"
        },
        Deviation("mozilla-intermediate", "Ed25519", "tls-profile-certificate-key medium") {
            $0.leaf.key = CertificateKeyFacts(algorithm: "Ed25519", bits: 256, curve: nil, exponent: nil, weaknesses: [])
        },
        Deviation("mozilla-intermediate", "P-521", "tls-profile-certificate-curve medium") {
            $0.leaf.key = CertificateKeyFacts(algorithm: "EC", bits: 521, curve: "secp521r1", exponent: nil, weaknesses: [])
        },
        Deviation("mozilla-intermediate", "RSA of 1024 bits", "tls-profile-limit medium") {
            $0.leaf.key = CertificateKeyFacts(algorithm: "RSA", bits: 1024, curve: nil, exponent: "65537", weaknesses: [])
        },
        Deviation("mozilla-intermediate", "a year and two days", "tls-profile-limit medium") {
            $0.leaf.notBefore = $0.leaf.notAfter - 367 * ScanBuilder.day + 1
        },
        Deviation("mozilla-modern", "91 days", "tls-profile-limit medium") { $0.leaf.notBefore -= ScanBuilder.day },
        Deviation("mozilla-intermediate", "a year of HSTS", "tls-profile-limit medium") {
            $0.scan.http = .known(
                HTTPFacts(status: 200, strictTransportSecurity: "max-age=31536000; includeSubDomains", server: nil, location: nil))
        },
        Deviation("mozilla-intermediate", "a group of 1024 bits", "tls-profile-limit medium") {
            $0.scan.keyExchange.finiteField = [.group(1024, .standard)]
        },
        Deviation("mozilla-intermediate", "an order of the server", "tls-profile-feature low") { $0[.tls12].preference = .known(.server) },
        Deviation("mozilla-old", "an order of the client", "tls-profile-feature low") {
            for version in [ProtocolVersion.tls10, .tls11, .tls12] { $0[version].preference = .known(.client) }
        },
        Deviation("mozilla-intermediate", "a responder and no staple", "tls-profile-feature low") {
            $0.leaf.ocspURLs = ["http://ocsp.example"]
        },
    ]

    static let agencies: [Deviation] = [
        Deviation("nist", "no TLS 1.3", "tls-profile-protocol medium") { $0.refuse(.tls13) },
        Deviation("nist", "ChaCha20", "tls-profile-cipher-suite medium") {
            $0.offer(.tls13, "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256")
        },
        Deviation("nist", "RSA key exchange is not forbidden but unwanted", "tls-profile-cipher-suite low") {
            $0.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256")
        },
        Deviation("nist", "X25519 is not approved", "tls-profile-group low") {
            $0.scan.keyExchange.tls13Groups = .known([.x25519, .secp256r1])
        },
        Deviation("nist", "P-521 without P-256 and P-384", "tls-profile-group medium") {
            $0.scan.keyExchange.tls13Groups = .known([.secp521r1])
        },
        Deviation("nist", "no extended master secret", "tls-profile-feature medium") {
            $0.scan.extensions.extendedMasterSecret = .known(false)
        },
        Deviation("nist", "CBC without encrypt-then-MAC", "tls-profile-feature medium") {
            $0.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")
        },
        Deviation("nist", "early data", "tls-profile-feature low") { $0.scan.sessions.earlyData = .known(1) },
        Deviation("nist", "SHA-1 in handshakes", "tls-profile-signature-scheme medium") {
            $0.scan.keyExchange.tls12SignatureSchemes = .known([.called("rsa_pkcs1_sha1")])
        },
        Deviation("nist", "four years", "tls-profile-limit low") { $0.leaf.notBefore -= 1400 * ScanBuilder.day },
        Deviation("bsi", "X25519", "tls-profile-group medium") { $0.scan.keyExchange.tls12Groups = .known([.x25519, .secp256r1]) },
        Deviation("bsi", "RSA of 2048 bits", "tls-profile-limit medium") {
            $0.leaf.key = CertificateKeyFacts(algorithm: "RSA", bits: 2048, curve: nil, exponent: "65537", weaknesses: [])
        },
        Deviation("bsi", "heartbeat", "tls-profile-feature low") { $0.scan.extensions.heartbeat = .known(true) },
        Deviation("bsi", "short MACs", "tls-profile-feature low") { $0.scan.extensions.truncatedHMAC = .known(true) },
        Deviation("bsi", "renegotiation", "tls-profile-feature low") { $0.scan.sessions.clientRenegotiation = .known(true) },
        Deviation("bsi", "ChaCha20", "tls-profile-cipher-suite medium") {
            $0.offer(.tls12, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")
        },
        Deviation("pci", "TLS 1.1", "tls-profile-protocol medium") { $0.offer(.tls11, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA") },
        Deviation("pci", "3DES", "tls-profile-feature medium") { $0.offer(.tls12, "TLS_RSA_WITH_3DES_EDE_CBC_SHA") },
        Deviation("pci", "compression", "tls-profile-feature medium") { $0.scan.extensions.compression = .known(true) },
        Deviation("pci", "a small group", "tls-profile-limit medium") { $0.scan.keyExchange.finiteField = [.group(1024, .common)] },
    ]

    @Test("each deviation is one finding", arguments: mozilla + agencies)
    func deviations(_ test: Deviation) throws {
        var builder = try Self.conforming(to: test.profile)
        test.change(&builder)
        #expect(Self.deviations(builder) == [test.expected])
    }

    @Test("what cannot be decided is one finding, and neither a deviation nor silence")
    func undecided() throws {
        var builder = ScanBuilder(scan: .undecided, context: JudgementContext(time: 0))
        builder.context.profile = try Profile.named("mozilla-intermediate")
        #expect(Self.deviations(builder) == ["tls-profile-undecided info"])
    }

    @Test("a version that is not known is not missing, and one that is not allowed is found all the same")
    func partlyUndecided() throws {
        var builder = try Self.conforming(to: "mozilla-intermediate")
        builder[.tls13].isOffered = .unknown(Undecided(.timedOut, ""))
        builder.offer(.tls10, "TLS_RSA_WITH_AES_128_CBC_SHA")
        #expect(Self.deviations(builder) == ["tls-profile-protocol medium", "tls-profile-undecided info"])
    }

    @Test("without certificates their rules are undecided")
    func noCertificates() throws {
        var builder = try Self.conforming(to: "mozilla-intermediate")
        builder.context.certificates = []
        #expect(Self.deviations(builder) == ["tls-profile-undecided info"])
    }

    @Test("certificates and groups that have to be there and were not seen keep no rule")
    func unseen() throws {
        var builder = try Self.conforming(to: "mozilla-intermediate-5.7")
        builder.scan.chains = []
        builder.offer(.tls12, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")
        let finding = try #require(
            TLSJudge.findings(for: builder.scan, context: builder.context).first { $0.id == "tls-profile-undecided" })
        #expect(
            finding.evidence.dropFirst().map(\.name) == [
                "certificateSignatures", "certificateKeys", "certificateCurves", "minimum-rsa-bits", "minimum-dh-bits",
                "maximum-certificate-days",
            ])
    }

    @Test("an endpoint that was not reached says so itself")
    func unreachable() throws {
        var builder = ScanBuilder(scan: .failed(Undecided(.refused, "")), context: JudgementContext(time: 0))
        builder.context.profile = try Profile.named("mozilla-intermediate")
        #expect(builder.findings == ["tls-unreachable medium"])
    }

    @Test("evidence names the profile, the version and what is too much")
    func evidence() throws {
        var builder = try Self.conforming(to: "mozilla-intermediate")
        builder.scan.keyExchange.tls13Groups = .known([.x25519, .x448])
        let profile = try Profile.named("mozilla-intermediate")
        let finding = try #require(ProfileCheck.findings(builder.scan, profile, context: builder.context).first)
        #expect(finding.evidence == [Evidence("profile", "mozilla-intermediate-6.0"), Evidence("not allowed in TLSv1.3", "x448")])
        #expect(finding.references == ["https://ssl-config.mozilla.org/guidelines/6.0.json"])
    }
}
