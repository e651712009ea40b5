import Foundation
import TestSupport
import Testing

@testable import TLSInspector

@Suite("The schema of scans", .enabled(if: SchemaPeer.isInstalled, "COFFER_TEST_PYTHON names no Python with jsonschema"))
struct ScanSchemaTests {
    private struct Document: Codable, Equatable { var scans: [EndpointScan] }

    private static func text(_ scans: [EndpointScan]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(Document(scans: scans)), as: UTF8.self)
    }

    @Test("every member that is written stands in the schema, with or without a value")
    func valid() throws {
        let text = try Self.text([.full, .bare])
        #expect(try SchemaPeer.problems([text]) == [[]])
        #expect(try JSONDecoder().decode(Document.self, from: Data(text.utf8)) == Document(scans: [.full, .bare]))
    }

    @Test("every reason, identifier, protocol and version that can be written is allowed")
    func enumerations() throws {
        var scan = EndpointScan.full
        scan.protocols = ProtocolVersion.allCases.map { version in
            var facts = EndpointScan.full.protocols[0]
            facts.version = version
            return facts
        }
        scan.protocols += Undecided.Reason.allCases.map { reason in
            var facts = EndpointScan.full.protocols[0]
            facts.isOffered = .unknown(Undecided(reason, "why"))
            return facts
        }
        scan.vulnerabilities = VulnerabilityFact.Identifier.allCases.flatMap { id in
            [VulnerabilityFact.Verdict.vulnerable, .weak, .notVulnerable].map { verdict in
                VulnerabilityFact(id: id, verdict: .known(verdict), basis: .inferred, detail: "")
            }
        }
        let scans = StartTLSProtocol.allCases.map { startTLS in
            var scan = EndpointScan.full
            scan.endpoint.startTLS = startTLS
            return scan
        }
        #expect(try SchemaPeer.problems([try Self.text(scans + [scan])]) == [[]])
    }

    private static let changes = [
        ("\"isOffered\":", "\"isOfferred\":"), ("coffer-tls-scan/1", "coffer-tls-scan/2"), ("\"TLSv1.2\"", "\"TLS 1.2\""),
        ("\"port\":443", "\"port\":65536"), ("\"value\":true", "\"value\":1"),
        ("\"value\":true", "\"value\":true,\"untested\":\"\""), ("\"timed-out\"", "\"late\""), ("\"AQID\"", "\"A*\""),
        ("\"heartbleed\"", "\"heartache\""), ("\"value\":7200", "\"value\":-1"),
    ]

    @Test("what is not written is refused")
    func invalid() throws {
        let text = try Self.text([.full])
        let changed = Self.changes.map { text.replacing($0.0, with: $0.1, maxReplacements: 1) }
        #expect(!changed.contains(text))
        for (change, problems) in zip(Self.changes, try SchemaPeer.problems(changed)) { #expect(!problems.isEmpty, "\(change)") }
    }
}

/// Python's `jsonschema`.
private enum SchemaPeer {
    static let isInstalled = Command.pythonHas("jsonschema")

    struct Failure: Error { let text: String }

    /// What is wrong with each document.
    static func problems(_ documents: [String]) throws -> [[String]] {
        let script = Repository.url("Tests/Interop/scan_schema.py").path
        let said = try Command.succeed(Command.python ?? "", [script], input: Array(documents.joined(separator: "\n").utf8))
        let lines = said.text.split(separator: "\n")
        let problems = try lines.map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) }
        guard problems.count == documents.count else { throw Failure(text: "\(problems.count) answers to \(documents.count) documents") }
        return problems
    }
}

extension EndpointScan {
    /// A scan in which every member has a value, and facts of all three kinds are.
    fileprivate static let full = EndpointScan(
        endpoint: Endpoint(host: "example.com", startTLS: .xmppServer, serverName: "example.com"), address: "192.0.2.1",
        failure: Undecided(.timedOut, "no answer"),
        protocols: [
            ProtocolFacts(
                version: .tls12, isOffered: .known(true), cipherSuites: .known([CipherSuite(rawValue: 0xC02F)]),
                preference: .known(.server),
                prioritizesChaCha: .unknown(Undecided(.budget, "too many")), ssl2CipherKinds: ["SSL_CK_RC4_128_WITH_MD5"])
        ],
        keyExchange: KeyExchangeFacts(
            tls13Groups: .known([.x25519MLKEM768, .x25519]), tls13GroupPreference: .known(.client),
            tls12Groups: .untested("not offered"),
            finiteField: [
                FiniteFieldParameters(
                    bits: 2048, origin: .standard, name: "ffdhe2048", isPrime: true, isSafePrime: true, generator: "2",
                    fingerprint: "ef", isExport: false)
            ], exportRSABits: [512], reusesECDHKey: .known(false), reusesDHKey: .known(true),
            tls12SignatureSchemes: .known([TLSSignatureScheme(rawValue: 0x0804)]), tls13SignatureSchemes: .known([])),
        chains: [
            ServedChain(
                certificates: [CertificateBytes([1, 2, 3])], versions: [.tls12, .tls13], stapledResponse: CertificateBytes([1]),
                timestamps: [CertificateBytes([])], isDefault: true)
        ],
        extensions: ExtensionFacts(
            extendedMasterSecret: .known(true), encryptThenMAC: .known(false), secureRenegotiation: .known(true),
            sessionTickets: .known(true), heartbeat: .known(false), maxFragmentLength: .known(false), truncatedHMAC: .known(false),
            compression: .known(false), alpn: .known(["h2"]), fallbackSCSV: .known(true), downgradeSentinel: .known(true),
            stapling: .known(true), seen: [.renegotiationInfo, ExtensionType(rawValue: 0x1A2B)]),
        sessions: SessionFacts(
            resumesBySessionID: .known(true), resumesByTicket: .known(true), resumesInTLS13: .known(true), ticketLifetime: .known(7200),
            earlyData: .known(0), clientRenegotiation: .known(false)),
        clientAuthentication: .known(
            ClientAuthenticationFacts(
                isRequested: true, isRequired: false, authorities: ["CN=ca"], signatureSchemes: [TLSSignatureScheme(rawValue: 0x0403)])),
        http: .known(HTTPFacts(status: 200, strictTransportSecurity: "max-age=1", server: "nginx", location: "https://example.com")),
        tolerance: ToleranceFacts(
            futureVersion: .known(true), longHello: .known(true), hugeHello: .known(true), unknownExtension: .known(true),
            unknownCipherSuites: .known(true), manyCipherSuites: .known(true), unknownServerName: .known(true),
            fragmentedHello: .known(true), dropsTLS13: .known(false)),
        vulnerabilities: [VulnerabilityFact(id: .heartbleed, verdict: .known(.notVulnerable), basis: .probed, detail: "nothing came")],
        startTLSInjection: .known(false))

    /// The same with nothing that can be left out.
    fileprivate static let bare: EndpointScan = {
        var scan = full
        scan.endpoint = Endpoint(host: "2001:db8::1", port: 25)
        (scan.address, scan.failure) = (nil, nil)
        scan.protocols[0].ssl2CipherKinds = nil
        scan.keyExchange.finiteField[0].name = nil
        (scan.chains[0].stapledResponse, scan.chains[0].isDefault) = (nil, nil)
        scan.clientAuthentication = .known(
            ClientAuthenticationFacts(isRequested: false, isRequired: nil, authorities: [], signatureSchemes: []))
        scan.http = .known(HTTPFacts(status: 404, strictTransportSecurity: nil, server: nil, location: nil))
        return scan
    }()
}
