import Findings

@testable import TLSInspector

/// A scan of a clean, modern server with what is known about its chain, for tests that change one thing in it.
struct ScanBuilder {
    /// 2026-06-01T00:00:00Z
    static let now: Int64 = 1_780_272_000
    static let day: Int64 = 86_400

    var scan = EndpointScan.clean
    var context = JudgementContext(
        time: now, certificates: [[.leaf, .intermediate]],
        chainReports: [ChainReport(path: ["11", "22", "33"], isTrusted: true, completedFrom: ["33"], problems: [])], revocation: [[]])

    subscript(version: ProtocolVersion) -> ProtocolFacts {
        get { scan.protocols.first { $0.version == version } ?? .refused(version) }
        set { scan.protocols = scan.protocols.map { $0.version == version ? newValue : $0 } }
    }

    var leaf: CertificateFacts {
        get { context.certificates[0][0] }
        set { context.certificates[0][0] = newValue }
    }

    /// - Parameter preference: nil for the server's, or undetermined where there is no choice.
    mutating func offer(_ version: ProtocolVersion, _ suites: String..., preference: SuitePreference? = nil) {
        let natural: SuitePreference = suites.count < 2 ? .undetermined : .server
        self[version] = .offered(version, suites.map(CipherSuite.called), preference: preference ?? natural)
    }

    mutating func refuse(_ version: ProtocolVersion) { self[version] = .refused(version) }

    mutating func add(_ code: ChainProblem.Code, isTrusted: Bool = false) {
        context.chainReports[0]?.problems.append(ChainProblem(code, fingerprint: "11", "The certificate is not good."))
        context.chainReports[0]?.isTrusted = isTrusted
    }

    mutating func probe(
        _ id: VulnerabilityFact.Identifier, _ verdict: Fact<VulnerabilityFact.Verdict>, basis: VulnerabilityFact.Basis = .probed
    ) {
        scan.vulnerabilities = scan.vulnerabilities.map { fact in
            fact.id == id ? VulnerabilityFact(id: id, verdict: verdict, basis: basis, detail: "an answer") : fact
        }
    }

    /// `tls-ssl3 high`, sorted.
    var findings: [String] { TLSJudge.findings(for: scan, context: context).map { "\($0.id) \($0.severity.rawValue)" }.sorted() }
}

extension CipherSuite {
    static func called(_ name: String) -> CipherSuite {
        guard let suite = CipherSuite(registeredName: name) else { preconditionFailure("no suite is called \(name)") }
        return suite
    }
}

extension NamedGroup {
    static func called(_ name: String) -> NamedGroup {
        guard let group = NamedGroup(registeredName: name) else { preconditionFailure("no group is called \(name)") }
        return group
    }
}

extension TLSSignatureScheme {
    static func called(_ name: String) -> TLSSignatureScheme {
        guard let scheme = TLSSignatureScheme(registeredName: name) else { preconditionFailure("no scheme is called \(name)") }
        return scheme
    }
}

extension ProtocolFacts {
    static func refused(_ version: ProtocolVersion) -> ProtocolFacts {
        let reason = "the version is not offered"
        return ProtocolFacts(
            version: version, isOffered: .known(false), cipherSuites: .untested(reason), preference: .untested(reason),
            prioritizesChaCha: .untested(reason), ssl2CipherKinds: nil)
    }

    static func offered(_ version: ProtocolVersion, _ suites: [CipherSuite], preference: SuitePreference) -> ProtocolFacts {
        ProtocolFacts(
            version: version, isOffered: .known(true), cipherSuites: .known(suites), preference: .known(preference),
            prioritizesChaCha: .known(false), ssl2CipherKinds: nil)
    }
}

extension CertificateFacts {
    static let leaf = certificate("CN=example.com", issuer: "CN=Issuing CA", fingerprint: "11", from: -45, to: 45)
    static let intermediate: CertificateFacts = {
        var facts = certificate("CN=Issuing CA", issuer: "CN=Root CA", fingerprint: "22", from: -400, to: 1000)
        facts.isCA = true
        facts.dnsNames = []
        return facts
    }()

    /// Days before and after the hour of the tests.
    private static func certificate(
        _ subject: String, issuer: String, fingerprint: String, from: Int64, to: Int64
    ) -> CertificateFacts {
        CertificateFacts(
            version: 3, subject: subject, issuer: issuer, commonName: "example.com", serialNumber: "01",
            notBefore: ScanBuilder.now + from * ScanBuilder.day, notAfter: ScanBuilder.now + to * ScanBuilder.day - 1,
            dnsNames: ["example.com"], ipAddresses: [], otherNames: [],
            key: CertificateKeyFacts(algorithm: "EC", bits: 256, curve: "secp256r1", exponent: nil, weaknesses: []),
            signatureAlgorithm: "ecdsa-with-SHA384", isCA: false, pathLength: nil, keyUsage: ["digitalSignature"],
            extendedKeyUsage: ["serverAuth"], ocspURLs: [], crlURLs: ["http://crl.example/1.crl"], issuerURLs: [], mustStaple: false,
            embeddedTimestampCount: 2, policyOIDs: [], unknownCriticalExtensions: [], fingerprint: fingerprint,
            keyFingerprint: "aa" + fingerprint, isSelfSigned: false)
    }
}

extension EndpointScan {
    static let clean = EndpointScan(
        endpoint: Endpoint(host: "example.com", serverName: "example.com"), address: "192.0.2.1", failure: nil,
        protocols: [
            .refused(.ssl2), .refused(.ssl3), .refused(.tls10), .refused(.tls11),
            .offered(
                .tls12,
                [
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                ].map(CipherSuite.called), preference: .client),
            .offered(
                .tls13,
                ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"].map(CipherSuite.called),
                preference: .client),
        ],
        keyExchange: KeyExchangeFacts(
            tls13Groups: .known(["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"].map(NamedGroup.called)),
            tls13GroupPreference: .known(.server), tls12Groups: .known(["x25519", "secp256r1", "secp384r1"].map(NamedGroup.called)),
            finiteField: [], exportRSABits: [], reusesECDHKey: .known(false), reusesDHKey: .untested("no DHE suite is offered"),
            tls12SignatureSchemes: .known([TLSSignatureScheme.called("ecdsa_secp256r1_sha256")]),
            tls13SignatureSchemes: .known([TLSSignatureScheme.called("ecdsa_secp256r1_sha256")])),
        chains: [
            ServedChain(
                certificates: [CertificateBytes([1]), CertificateBytes([2])], versions: [.tls12, .tls13], stapledResponse: nil,
                timestamps: [], isDefault: nil)
        ],
        extensions: ExtensionFacts(
            extendedMasterSecret: .known(true), encryptThenMAC: .known(false), secureRenegotiation: .known(true),
            sessionTickets: .known(true), heartbeat: .known(false), maxFragmentLength: .known(false), truncatedHMAC: .known(false),
            compression: .known(false), alpn: .known(["h2", "http/1.1"]), fallbackSCSV: .known(true), downgradeSentinel: .known(true),
            stapling: .known(false), seen: []),
        sessions: SessionFacts(
            resumesBySessionID: .known(false), resumesByTicket: .known(true), resumesInTLS13: .known(true), ticketLifetime: .known(86_400),
            earlyData: .known(0), clientRenegotiation: .known(false)),
        clientAuthentication: .known(
            ClientAuthenticationFacts(isRequested: false, isRequired: nil, authorities: [], signatureSchemes: [])),
        http: .known(
            HTTPFacts(
                status: 200, strictTransportSecurity: "max-age=63072000; includeSubDomains", server: "nginx", location: nil)),
        tolerance: ToleranceFacts(
            futureVersion: .known(true), longHello: .known(true), hugeHello: .known(true), unknownExtension: .known(true),
            unknownCipherSuites: .known(true), manyCipherSuites: .known(true), unknownServerName: .known(true),
            fragmentedHello: .known(true), dropsTLS13: .known(false)),
        vulnerabilities: VulnerabilityFact.Identifier.allCases.sorted { $0.rawValue < $1.rawValue }.map {
            VulnerabilityFact(id: $0, verdict: .known(.notVulnerable), basis: .probed, detail: "refused")
        }, startTLSInjection: .untested("there is no STARTTLS"))
}
