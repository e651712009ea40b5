import Findings

@testable import TLSInspector

/// Scans that nobody made, for what is written about scans.
enum ReportSamples {
    /// 2026-11-28T00:00:00Z
    static let now: Int64 = 1_795_824_000
    static let day: Int64 = 86_400

    static func scan(
        host: String = "example.com", port: UInt16 = 443, startTLS: StartTLSProtocol? = nil, address: String? = "192.0.2.1",
        tls10: Fact<Bool> = .known(false)
    ) -> EndpointScan {
        EndpointScan(
            endpoint: Endpoint(host: host, port: port, startTLS: startTLS, serverName: host), address: address, failure: nil,
            protocols: [
                protocolFacts(.ssl3, .known(false), []), protocolFacts(.tls10, tls10, []),
                protocolFacts(.tls12, .known(true), [0xC02F, 0x009C], .known(.server)),
                protocolFacts(.tls13, .known(true), [0x1301, 0x1302, 0x1303], .known(.client)),
            ],
            keyExchange: KeyExchangeFacts(
                tls13Groups: .known([.x25519MLKEM768, .x25519]), tls13GroupPreference: .known(.server),
                tls12Groups: .known([.x25519, .secp256r1]), finiteField: [finiteField], exportRSABits: [], reusesECDHKey: .known(false),
                reusesDHKey: .untested("no DHE suite is offered"), tls12SignatureSchemes: .known([]), tls13SignatureSchemes: .known([])),
            chains: [
                ServedChain(
                    certificates: [CertificateBytes([1, 2, 3]), CertificateBytes([4, 5])], versions: [.tls12, .tls13],
                    stapledResponse: CertificateBytes([9]), timestamps: [CertificateBytes([7]), CertificateBytes([8])], isDefault: true)
            ],
            extensions: extensions, sessions: sessions, clientAuthentication: .known(ClientAuthenticationFacts.none),
            http: .known(HTTPFacts(status: 200, strictTransportSecurity: "max-age=63072000", server: nil, location: nil)),
            tolerance: tolerance,
            vulnerabilities: [
                VulnerabilityFact(id: .heartbleed, verdict: .known(.notVulnerable), basis: .probed, detail: "nothing came back"),
                VulnerabilityFact(id: .robot, verdict: .untested("needs --intrusive"), basis: .probed, detail: ""),
            ],
            startTLSInjection: .untested("there is no STARTTLS"))
    }

    static func failed(host: String = "down.example", _ failure: Undecided = Undecided(.refused, "nobody listens there")) -> EndpointScan {
        var scan = scan(host: host, address: nil)
        scan.failure = failure
        scan.protocols = []
        scan.chains = []
        scan.vulnerabilities = []
        scan.keyExchange.tls13Groups = .untested("nobody listens there")
        scan.keyExchange.tls12Groups = .untested("nobody listens there")
        scan.keyExchange.finiteField = []
        return scan
    }

    /// Of 90 days, of which `days` are left.
    static func certificate(days: Int64, name: String? = "example.com") -> CertificateFacts {
        CertificateFacts(
            version: 3, subject: name.map { "CN=\($0)" } ?? "", issuer: "CN=Example CA,O=Example", commonName: name, serialNumber: "0a",
            notBefore: now - (90 - days) * day, notAfter: now + days * day, dnsNames: ["example.com"], ipAddresses: [], otherNames: [],
            key: CertificateKeyFacts(algorithm: "EC", bits: 256, curve: "secp256r1", exponent: nil, weaknesses: []),
            signatureAlgorithm: "sha256WithRSAEncryption", isCA: nil, pathLength: nil, keyUsage: nil, extendedKeyUsage: nil, ocspURLs: [],
            crlURLs: [], issuerURLs: [], mustStaple: false, embeddedTimestampCount: 2, policyOIDs: [], unknownCriticalExtensions: [],
            fingerprint: String(repeating: "ab", count: 32), keyFingerprint: String(repeating: "cd", count: 32), isSelfSigned: false)
    }

    static func judged(_ scan: EndpointScan = scan(), days: Int64 = 60, _ findings: [Finding] = [], grade: GradeLetter? = .a) -> JudgedScan
    {
        let chain = JudgedChain(
            certificates: [certificate(days: days)], report: ChainReport(path: [], isTrusted: true, completedFrom: [], problems: []))
        return JudgedScan(
            scan: scan, chains: scan.failure == nil ? [chain] : [], findings: findings,
            grade: grade.map { Grade(letter: $0, scores: nil, reasons: []) })
    }

    static func finding(
        _ id: String = "tls-old-version", _ severity: Severity = .medium, resource: String = "example.com:443",
        title: String = "It is old.",
        evidence: [Evidence] = []
    ) -> Finding {
        Finding(
            id: id, severity: severity, resource: resource, title: title, evidence: evidence, remediation: "turn it off",
            references: ["https://www.rfc-editor.org/rfc/rfc8996"])
    }

    static func protocolFacts(
        _ version: ProtocolVersion, _ isOffered: Fact<Bool>, _ suites: [UInt16], _ preference: Fact<SuitePreference> = .known(.undetermined)
    ) -> ProtocolFacts {
        ProtocolFacts(
            version: version, isOffered: isOffered, cipherSuites: .known(suites.map(CipherSuite.init)), preference: preference,
            prioritizesChaCha: .known(false), ssl2CipherKinds: nil)
    }

    static let finiteField = FiniteFieldParameters(
        bits: 2048, origin: .standard, name: "ffdhe2048", isPrime: true, isSafePrime: true, generator: "2",
        fingerprint: String(repeating: "ef", count: 32), isExport: false)

    private static let extensions = ExtensionFacts(
        extendedMasterSecret: .known(true), encryptThenMAC: .known(false), secureRenegotiation: .known(true), sessionTickets: .known(true),
        heartbeat: .known(false), maxFragmentLength: .known(false), truncatedHMAC: .known(false), compression: .known(false),
        alpn: .known(["h2", "http/1.1"]), fallbackSCSV: .known(true), downgradeSentinel: .known(true), stapling: .known(true),
        seen: [.renegotiationInfo])

    private static let sessions = SessionFacts(
        resumesBySessionID: .known(true), resumesByTicket: .known(true), resumesInTLS13: .known(true), ticketLifetime: .known(7200),
        earlyData: .known(0), clientRenegotiation: .known(false))

    private static let tolerance = ToleranceFacts(
        futureVersion: .known(true), longHello: .known(true), hugeHello: .known(true), unknownExtension: .known(true),
        unknownCipherSuites: .known(true), manyCipherSuites: .known(true), unknownServerName: .known(true), fragmentedHello: .known(true),
        dropsTLS13: .known(false))
}

extension ClientAuthenticationFacts {
    fileprivate static let none = ClientAuthenticationFacts(isRequested: false, isRequired: nil, authorities: [], signatureSchemes: [])
}
