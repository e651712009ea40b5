import Testing

@testable import TLSInspector

@Suite("Grades of SSL Labs")
struct GradeTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let letter: GradeLetter
        let change: @Sendable (inout ScanBuilder) -> Void

        init(_ name: String, _ letter: GradeLetter, change: @escaping @Sendable (inout ScanBuilder) -> Void) {
            self.testDescription = "\(letter.rawValue): \(name)"
            self.letter = letter
            self.change = change
        }
    }

    private static let good = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]

    /// With a certificate of RSA, as the guide's steps for keys are about these.
    private static func graded(_ change: (inout ScanBuilder) -> Void) -> Grade {
        var builder = ScanBuilder()
        builder.leaf.key = .rsa(2048)
        change(&builder)
        return Grade(scan: builder.scan, context: builder.context)
    }

    @Test("nginx with Mozilla's suites and HSTS has A+, 100, 90, 90 and 93")
    func nginx() {
        let grade = Self.graded { $0.offer(.tls12, Self.good[0], Self.good[1]) }
        #expect(grade.letter == .aPlus)
        #expect(grade.scores == GradeScores(protocolSupport: 100, keyExchange: 90, cipherStrength: 90))
        #expect(grade.scores?.total == 93)
        #expect(grade.reasons.isEmpty)
    }

    static let capped: [Vector] = [
        Vector("SSLv2", .f) { $0.offer(.ssl2) },
        Vector("a suite for export", .f) { $0.offer(.tls12, "TLS_RSA_EXPORT_WITH_RC4_40_MD5") },
        Vector("DES", .f) { $0.offer(.tls12, "TLS_RSA_WITH_DES_CBC_SHA", good[0]) },
        Vector("no encryption", .f) { $0.offer(.tls12, "TLS_RSA_WITH_NULL_SHA", good[0]) },
        Vector("MD5 in a certificate", .f) { $0.leaf.signatureAlgorithm = "md5WithRSAEncryption" },
        Vector("an exponent of 1", .f) { $0.leaf.key.exponent = "1" },
        Vector("Heartbleed", .f) { $0.probe(.heartbleed, .known(.vulnerable)) },
        Vector("early ChangeCipherSpec", .f) { $0.probe(.ccsInjection, .known(.vulnerable)) },
        Vector("Ticketbleed", .f) { $0.probe(.ticketbleed, .known(.vulnerable)) },
        Vector("DROWN", .f) { $0.probe(.drown, .known(.vulnerable)) },
        Vector("ROBOT", .f) { $0.probe(.robot, .known(.weak)) },
        Vector("SSLv3 alone", .f) {
            $0.refuse(.tls12)
            $0.refuse(.tls13)
            $0.offer(.ssl3, "TLS_RSA_WITH_AES_128_CBC_SHA")
        },
        Vector("a key of 1023 bits", .f) { $0.leaf.key = .rsa(1023) },
        Vector("a key of 1024 bits", .b) { $0.leaf.key = .rsa(1024) },
        Vector("a key of 1024 bits that makes the chain untrusted", .b) {
            $0.leaf.key = .rsa(1024)
            $0.add(.smallKey)
        },
        Vector("a broken certificate", .untrusted) { $0.add(.malformed) },
        Vector("expired", .untrusted) { $0.add(.expired) },
        Vector("an unknown root", .untrusted) { $0.add(.unknownRoot) },
        Vector("self-signed", .untrusted) { $0.add(.selfSigned) },
        Vector("SHA-1", .untrusted) { $0.add(.weakSignature, isTrusted: true) },
        Vector("not trusted, for no reason that is told", .untrusted) { $0.context.chainReports[0]?.isTrusted = false },
        Vector("revoked", .untrusted) {
            $0.context.revocation[0] = [
                RevocationFacts(
                    source: .crl, fingerprint: "11", url: nil, status: .revoked, revokedAt: nil, reason: nil, thisUpdate: nil,
                    nextUpdate: nil,
                    problem: nil)
            ]
        },
        Vector("STARTTLS", .untrusted) { $0.scan.endpoint.startTLS = .smtp },
        Vector("another name", .mismatch) { $0.add(.nameMismatch) },
        Vector("another name and no trust", .untrusted) {
            $0.add(.nameMismatch)
            $0.add(.unknownRoot)
        },
        Vector("TLS 1.0 and 1.1 alone", .c) {
            $0.refuse(.tls12)
            $0.refuse(.tls13)
            $0.offer(.tls11, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
        },
        Vector("compression", .c) { $0.scan.extensions.compression = .known(true) },
        Vector("POODLE", .c) { $0.offer(.ssl3, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA") },
        Vector("3DES with TLS 1.2", .c) { $0.offer(.tls12, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", good[0]) },
        Vector("3DES with TLS 1.0", .b) { $0.offer(.tls10, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA") },
        Vector("RC4 with TLS 1.2", .c) { $0.offer(.tls12, "TLS_ECDHE_RSA_WITH_RC4_128_SHA", good[0]) },
        Vector("RC4 with TLS 1.0", .b) { $0.offer(.tls10, "TLS_ECDHE_RSA_WITH_RC4_128_SHA") },
        Vector("SSLv3 with RC4", .b) { $0.offer(.ssl3, "TLS_ECDHE_RSA_WITH_RC4_128_SHA") },
        Vector("TLS 1.1", .b) { $0.offer(.tls11, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA") },
        Vector("no authenticated encryption", .b) {
            $0.refuse(.tls13)
            $0.offer(.tls12, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")
        },
        Vector("no forward secrecy", .b) {
            $0.refuse(.tls13)
            $0.offer(.tls12, "TLS_RSA_WITH_AES_128_GCM_SHA256")
        },
        Vector("an incomplete chain", .b) { $0.add(.missingIntermediate) },
        Vector("a group of 1024 bits", .b) { $0.scan.keyExchange.finiteField = [.group(1024, .common)] },
        Vector("a group of 512 bits", .f) { $0.scan.keyExchange.finiteField = [.group(512, .common)] },
        Vector("a temporary key of 512 bits", .f) { $0.scan.keyExchange.exportRSABits = [512] },
    ]

    static let warned: [Vector] = [
        Vector("no TLS 1.3", .aMinus) { $0.refuse(.tls13) },
        Vector("no secure renegotiation", .aMinus) { $0.scan.extensions.secureRenegotiation = .known(false) },
        Vector("a short age", .aMinus) { $0.scan.http = .header("max-age=86400") },
        Vector("no age left", .aMinus) { $0.scan.http = .header("max-age=0") },
        Vector("a malformed header", .aMinus) { $0.scan.http = .header("max-age") },
        Vector("no header", .aPlus) { $0.scan.http = .header(nil) },
        Vector("no HTTP", .aPlus) { $0.scan.http = .untested("not HTTP") },
        Vector("SSLv2 and a probe were not asked for", .aPlus) {
            $0[.ssl2].isOffered = .untested("needs --intrusive")
            $0.probe(.robot, .untested("needs --intrusive"))
        },
    ]

    @Test("each cap and each warning lowers the letter and says why", arguments: capped + warned)
    func vectors(_ vector: Vector) {
        let grade = Self.graded(vector.change)
        #expect(grade.letter == vector.letter, "\(grade.reasons)")
        if vector.letter < .aPlus { #expect(!grade.reasons.isEmpty) }
        #expect(grade.reasons.allSatisfy { $0.hasSuffix(".") && ($0.first?.isUppercase ?? false) })
    }

    static let ungraded: [Vector] = [
        Vector("a version", .f) { $0[.tls10].isOffered = .unknown(Undecided(.timedOut, "")) },
        Vector("the suites of a version", .f) { $0[.tls12].cipherSuites = .unknown(Undecided(.budget, "")) },
        Vector("a suite by its name", .f) { $0[.tls12].cipherSuites = .known([CipherSuite(rawValue: 0x7A7A)]) },
        Vector("the groups of DHE", .f) { $0.offer(.tls12, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256") },
        Vector("curves", .f) { $0.scan.keyExchange.tls12Groups = .unknown(Undecided(.budget, "")) },
        Vector("compression", .f) { $0.scan.extensions.compression = .unknown(Undecided(.timedOut, "")) },
        Vector("renegotiation", .f) { $0.scan.extensions.secureRenegotiation = .unknown(Undecided(.timedOut, "")) },
        Vector("HTTP", .f) { $0.scan.http = .unknown(Undecided(.timedOut, "")) },
        Vector("a probe", .f) { $0.probe(.heartbleed, .unknown(Undecided(.reset, ""))) },
        Vector("the certificates", .f) { $0.context.certificates = [] },
        Vector("a signature", .f) { $0.add(.unverifiable) },
        Vector("trust", .f) { $0.context.chainReports = [] },
        Vector("any chain", .f) { $0.scan.chains = [] },
        Vector("any version", .f) { for version in ProtocolVersion.allCases { $0.refuse(version) } },
        Vector("anything", .f) { $0.scan = .undecided },
        Vector("the endpoint", .f) { $0.scan = .failed(Undecided(.refused, "")) },
    ]

    @Test("what is not known gives no letter, and the reason", arguments: ungraded)
    func unknown(_ vector: Vector) {
        let grade = Self.graded(vector.change)
        #expect(grade.letter == nil)
        #expect(grade.reasons.first?.hasPrefix("There is no grade: ") == true)
    }

    @Test(
        "scores follow the steps of the guide",
        arguments: [(511, 20), (512, 40), (1023, 40), (1024, 80), (2047, 80), (2048, 90), (4095, 90), (4096, 100)])
    func keys(_ bits: Int, _ score: Int) { #expect(GradeScores.score(rsaBits: bits) == score) }

    @Test(
        "curves have steps of their own",
        arguments: [(109, 20), (110, 40), (122, 40), (123, 80), (162, 80), (163, 90), (224, 90), (225, 100), (255, 100)])
    func curves(_ bits: Int, _ score: Int) { #expect(GradeScores.score(curveBits: bits) == score) }

    @Test("ciphers too", arguments: [(0, 0), (40, 20), (112, 20), (127, 20), (128, 80), (255, 80), (256, 100)])
    func ciphers(_ bits: Int, _ score: Int) { #expect(GradeScores.score(cipherBits: bits) == score) }

    @Test("a score of nothing makes all nothing")
    func zero() {
        #expect(GradeScores(protocolSupport: 100, keyExchange: 100, cipherStrength: 0).total == 0)
        #expect(GradeScores(protocolSupport: 100, keyExchange: 100, cipherStrength: 100).total == 100)
    }

    @Test(
        "letters follow the score",
        arguments: [
            (100, GradeLetter.a), (80, .a), (79, .b), (65, .b), (64, .c), (50, .c), (49, .d), (35, .d), (34, .e), (20, .e), (19, .f),
            (0, .f),
        ])
    func letters(_ score: Int, _ letter: GradeLetter) { #expect(GradeLetter(score: score) == letter) }
}

extension CertificateKeyFacts {
    static func rsa(_ bits: Int) -> CertificateKeyFacts {
        CertificateKeyFacts(algorithm: "RSA", bits: bits, curve: nil, exponent: "65537", weaknesses: [])
    }
}

extension Fact<HTTPFacts> {
    static func header(_ text: String?) -> Fact<HTTPFacts> {
        .known(HTTPFacts(status: 200, strictTransportSecurity: text, server: nil, location: nil))
    }
}
