import Findings
import Testing

@testable import TLSInspector

@Suite("Rules about what could not be known")
struct EndpointRulesTests {
    private static func failed(
        _ name: String, _ reason: Undecided.Reason, startTLS: StartTLSProtocol? = nil, _ added: String
    ) -> JudgementCase {
        JudgementCase(name, added: [added]) { builder in
            builder.scan = .failed(Undecided(reason, "no way"))
            builder.scan.endpoint.startTLS = startTLS
            builder.context.certificates = []
            builder.context.chainReports = []
        }
    }

    static let cases: [JudgementCase] =
        Undecided.Reason.allCases.filter { $0 != .protocolError && $0 != .preamble }.map { reason in
            failed(reason.rawValue, reason, "tls-unreachable medium")
        } + [
            failed("plain HTTP", .protocolError, "tls-not-spoken medium"),
            failed("a proxy that does not let us through", .preamble, "tls-unreachable medium"),
            failed("no STARTTLS", .preamble, startTLS: .smtp, "tls-not-spoken medium"),
        ]

    @Test("an endpoint that was not reached is one finding", arguments: cases)
    func failures(_ test: JudgementCase) {
        var builder = ScanBuilder()
        test.change(&builder)
        #expect(builder.findings == test.added)
    }

    @Test("every cell that is unknown is named, none of those that were not tried is, and nothing else is said about either")
    func cells() throws {
        let unknown = ScanBuilder(scan: .undecided, context: JudgementContext(time: 0))
        let findings = TLSJudge.findings(for: unknown.scan, context: unknown.context)
        #expect(findings.map(\.id) == ["tls-undecided"])
        let names = try #require(findings.first).evidence.map(\.name)
        #expect(names.count == Set(names).count)
        // The last one names the findings that are left open. 6 versions with 4 cells each, 7 of key exchange, 12 extensions,
        // 6 of sessions, 2, 9 of tolerance, 6 probes, STARTTLS.
        #expect(names.count == 24 + 7 + 12 + 6 + 2 + 9 + 6 + 1 + 1)
        #expect(names.contains("protocols.TLSv1.2.cipherSuites"))
    }

    @Test("a version that is not in the scan is undecided")
    func missingVersion() throws {
        var builder = ScanBuilder()
        builder.scan.protocols.removeFirst()
        let finding = try #require(TLSJudge.findings(for: builder.scan, context: builder.context).first { $0.id == "tls-undecided" })
        #expect(finding.evidence.map(\.name) == ["protocols.SSLv2.isOffered", "findings left open"])
    }

    @Test("findings that an unknown cell leaves open are named, and no others")
    func leftOpen() throws {
        var builder = ScanBuilder()
        builder.scan.extensions.heartbeat = .unknown(Undecided(.timedOut, "no answer"))
        builder.scan.chains[0].stapledResponse = CertificateBytes([1])
        let finding = try #require(TLSJudge.findings(for: builder.scan, context: builder.context).first { $0.id == "tls-undecided" })
        #expect(finding.evidence.map(\.name) == ["extensions.heartbeat", "chains.0.stapledResponse", "findings left open"])
        let open = [
            "tls-heartbeat-on", "tls-certificate-revoked", "tls-staple-stale", "tls-staple-invalid", "tls-revocation-unknown",
            "tls-revocation-unavailable",
        ]
        #expect(finding.evidence.last?.value == open.joined(separator: ", "))
    }

    @Test("groups and certificates that have to be there and were not seen are undecided")
    func unseen() throws {
        var builder = ScanBuilder()
        builder.scan.chains = []
        builder.offer(.tls12, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")
        let finding = try #require(TLSJudge.findings(for: builder.scan, context: builder.context).first { $0.id == "tls-undecided" })
        #expect(finding.evidence.map(\.name) == ["keyExchange.finiteField", "chains.certificates", "findings left open"])
    }

    @Test("what a rule needs is a cell")
    func needs() {
        var builder = ScanBuilder(scan: .undecided, context: JudgementContext(time: 0))
        builder.scan.chains = [
            ServedChain(
                certificates: [CertificateBytes([1])], versions: [], stapledResponse: CertificateBytes([1]), timestamps: [], isDefault: nil)
        ]
        let seen = UndecidedCell.all(in: ScanView(scan: builder.scan, context: builder.context)).map(\.kind)
        let cells = seen + ["keyExchange.finiteField"]
        for rule in JudgementRule.decidable {
            for need in rule.needs {
                #expect(cells.contains { $0.hasPrefix(need) }, "\(rule.id) needs \(need)")
            }
        }
    }
}

extension EndpointScan {
    static func failed(_ failure: Undecided) -> EndpointScan {
        var scan = undecided
        scan.failure = failure
        return scan
    }

    /// Nothing is known.
    static let undecided: EndpointScan = {
        let reason = Undecided(.timedOut, "no answer")
        return EndpointScan(
            endpoint: Endpoint(host: "example.com"), address: nil, failure: nil,
            protocols: ProtocolVersion.allCases.map { version in
                ProtocolFacts(
                    version: version, isOffered: .unknown(reason), cipherSuites: .unknown(reason), preference: .unknown(reason),
                    prioritizesChaCha: .unknown(reason), ssl2CipherKinds: nil)
            },
            keyExchange: KeyExchangeFacts(
                tls13Groups: .unknown(reason), tls13GroupPreference: .unknown(reason), tls12Groups: .unknown(reason), finiteField: [],
                exportRSABits: [], reusesECDHKey: .unknown(reason), reusesDHKey: .unknown(reason), tls12SignatureSchemes: .unknown(reason),
                tls13SignatureSchemes: .unknown(reason)),
            chains: [],
            extensions: ExtensionFacts(
                extendedMasterSecret: .unknown(reason), encryptThenMAC: .unknown(reason), secureRenegotiation: .unknown(reason),
                sessionTickets: .unknown(reason), heartbeat: .unknown(reason), maxFragmentLength: .unknown(reason),
                truncatedHMAC: .unknown(reason), compression: .unknown(reason), alpn: .unknown(reason), fallbackSCSV: .unknown(reason),
                downgradeSentinel: .unknown(reason), stapling: .unknown(reason), seen: []),
            sessions: SessionFacts(
                resumesBySessionID: .unknown(reason), resumesByTicket: .unknown(reason), resumesInTLS13: .unknown(reason),
                ticketLifetime: .unknown(reason), earlyData: .unknown(reason), clientRenegotiation: .unknown(reason)),
            clientAuthentication: .unknown(reason), http: .unknown(reason),
            tolerance: ToleranceFacts(
                futureVersion: .unknown(reason), longHello: .unknown(reason), hugeHello: .unknown(reason),
                unknownExtension: .unknown(reason),
                unknownCipherSuites: .unknown(reason), manyCipherSuites: .unknown(reason), unknownServerName: .unknown(reason),
                fragmentedHello: .unknown(reason), dropsTLS13: .unknown(reason)),
            vulnerabilities: VulnerabilityFact.Identifier.allCases.map {
                VulnerabilityFact(id: $0, verdict: .unknown(reason), basis: .probed, detail: "")
            }, startTLSInjection: .unknown(reason))
    }()
}
