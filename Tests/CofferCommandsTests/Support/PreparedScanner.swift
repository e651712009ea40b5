import Findings
import Foundation
import Synchronization

@testable import CofferCommands
@testable import TLSInspector

/// Answers at once with scans that were prepared, instead of speaking to anybody.
final class PreparedScanner: EndpointScanner {
    private struct State {
        var scans: [String: EndpointScan] = [:]
        var asked: [Endpoint] = []
        var options: ScanOptions?
        var isEnded = false
        var beforeAnswer: (@Sendable (Endpoint) async -> Void)?
    }

    private let state = Mutex(State())

    /// What was asked for, in that order.
    var asked: [Endpoint] { state.withLock { $0.asked } }
    /// Those of the last run.
    var options: ScanOptions? { state.withLock { $0.options } }
    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// - Parameter host: nil for every host that nothing was prepared for.
    func willAnswer(_ host: String? = nil, _ change: (inout EndpointScan) -> Void = { _ in }) {
        var scan = EndpointScan.prepared
        change(&scan)
        state.withLock { [scan] in $0.scans[host ?? ""] = scan }
    }

    func didMake(_ options: ScanOptions) { state.withLock { $0.options = options } }

    func beforeAnswer(_ body: @escaping @Sendable (Endpoint) async -> Void) { state.withLock { $0.beforeAnswer = body } }

    func scan(_ endpoint: Endpoint) async -> [EndpointScan] {
        let wait = state.withLock { state in
            state.asked.append(endpoint)
            return state.beforeAnswer
        }
        await wait?(endpoint)
        var scan = state.withLock { $0.scans[endpoint.host] ?? $0.scans[""] ?? EndpointScan.prepared }
        scan.endpoint = endpoint
        return [scan]
    }

    func shutdown() async throws { state.withLock { $0.isEnded = true } }
}

extension EndpointScan {
    /// Of a clean, modern server: TLS 1.2 and 1.3, one chain that `TestChain.authority` signed.
    static let prepared = EndpointScan(
        endpoint: Endpoint(host: "a.example", serverName: "a.example"), address: "192.0.2.1", failure: nil,
        protocols: [
            .prepared(.ssl2, nil), .prepared(.ssl3, nil), .prepared(.tls10, nil), .prepared(.tls11, nil),
            .prepared(.tls12, [0xC02B, 0xC02C]), .prepared(.tls13, [0x1301, 0x1302]),
        ],
        keyExchange: KeyExchangeFacts(
            tls13Groups: .known([.x25519MLKEM768, .x25519]), tls13GroupPreference: .known(.server),
            tls12Groups: .known([.x25519, .secp256r1]), finiteField: [], exportRSABits: [], reusesECDHKey: .known(false),
            reusesDHKey: .untested("no DHE suite is offered"), tls12SignatureSchemes: .known([TLSSignatureScheme(rawValue: 0x0403)]),
            tls13SignatureSchemes: .known([TLSSignatureScheme(rawValue: 0x0403)])),
        chains: [
            ServedChain(
                certificates: [CertificateBytes(TestChain.leaf)], versions: [.tls12, .tls13], stapledResponse: nil, timestamps: [],
                isDefault: true)
        ],
        extensions: ExtensionFacts(
            extendedMasterSecret: .known(true), encryptThenMAC: .known(true), secureRenegotiation: .known(true),
            sessionTickets: .known(true), heartbeat: .known(false), maxFragmentLength: .known(false), truncatedHMAC: .known(false),
            compression: .known(false), alpn: .known(["h2"]), fallbackSCSV: .known(true), downgradeSentinel: .known(true),
            stapling: .known(false), seen: []),
        sessions: SessionFacts(
            resumesBySessionID: .known(true), resumesByTicket: .known(true), resumesInTLS13: .known(true), ticketLifetime: .known(7200),
            earlyData: .known(0), clientRenegotiation: .known(false)),
        clientAuthentication: .known(
            ClientAuthenticationFacts(isRequested: false, isRequired: nil, authorities: [], signatureSchemes: [])),
        http: .known(HTTPFacts(status: 200, strictTransportSecurity: "max-age=63072000", server: nil, location: nil)),
        tolerance: ToleranceFacts(
            futureVersion: .known(true), longHello: .known(true), hugeHello: .known(true), unknownExtension: .known(true),
            unknownCipherSuites: .known(true), manyCipherSuites: .known(true), unknownServerName: .known(true),
            fragmentedHello: .known(true), dropsTLS13: .known(false)),
        vulnerabilities: [], startTLSInjection: .untested("there is no STARTTLS"))
}

extension ProtocolFacts {
    /// - Parameter suites: nil for a version that is not offered.
    static func prepared(_ version: ProtocolVersion, _ suites: [UInt16]?) -> ProtocolFacts {
        let none = "the version is not offered"
        return ProtocolFacts(
            version: version, isOffered: .known(suites != nil),
            cipherSuites: suites.map { .known($0.map(CipherSuite.init)) } ?? .untested(none),
            preference: suites == nil ? .untested(none) : .known(.server),
            prioritizesChaCha: suites == nil ? .untested(none) : .known(false), ssl2CipherKinds: nil)
    }
}

/// A certificate for a.example, b.example and c.example from 2026-08-01 to 2026-12-31, and its authority.
enum TestChain {
    static let leaf = bytes(
        """
        MIIBxzCCAWygAwIBAgIIIjNEVWZ3iJkwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOVGVzdCBBdXRob3JpdHkwHhcNMjYwODAxMDAw\
        MDAwWhcNMjYxMjMxMDAwMDAwWjAUMRIwEAYDVQQDDAlhLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATgcjfaQySM\
        1Ezgr4ttu/TId8K2CJ2mQgMRDdBUVyUc5oY3xcPwKcIQaNsM03lRCTKSaT17Fxd0PmNDqpLPWcepo4GiMIGfMAwGA1UdEwEB/wQC\
        MAAwDgYDVR0PAQH/BAQDAgeAMBMGA1UdJQQMMAoGCCsGAQUFBwMBMCoGA1UdEQQjMCGCCWEuZXhhbXBsZYIJYi5leGFtcGxlgglj\
        LmV4YW1wbGUwHQYDVR0OBBYEFFTa35XkCB9Y3BZsEPbtsZPcRdzxMB8GA1UdIwQYMBaAFFdzGALx45WUHYPyR8DSaj7rDx9sMAoG\
        CCqGSM49BAMCA0kAMEYCIQDZW54T7pc6PsbWZcsDVLM4rdanKJvbJYRyEI0NZer0sgIhAJ3rm526ghAphFbK/kAp6Cb5SK6dx32V\
        sdVfkHeQt1n+
        """)
    static let authority = bytes(
        """
        MIIBajCCARCgAwIBAgIIESIzRFVmd4gwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOVGVzdCBBdXRob3JpdHkwHhcNMjYwMTAxMDAw\
        MDAwWhcNMzYwMTAxMDAwMDAwWjAZMRcwFQYDVQQDDA5UZXN0IEF1dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKt/\
        Ze1PsF7kI+cEUjLxYRgkEiQoL7v04QyqSGXpSAE0aEYBG8gV7q8iFIPjsaFkz06k71DmNZtyv19b54w0RnajQjBAMA8GA1UdEwEB\
        /wQFMAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBRXcxgC8eOVlB2D8kfA0mo+6w8fbDAKBggqhkjOPQQDAgNIADBFAiA0\
        UylmsTI3M37fG0k7IpnM+QDx8TuzkqnLLf/usIBHCQIhAL9RqDs4h/ks6PhxqGoBFAp/nsuCHEzFvlQTNJAbA7tS
        """)

    static let authorityPEM = pem(authority)

    static func pem(_ der: [UInt8]) -> String {
        let body = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n"
    }

    private static func bytes(_ text: String) -> [UInt8] {
        guard let data = Data(base64Encoded: text) else { preconditionFailure("the certificate in the test is not base64") }
        return Array(data)
    }
}

extension CommandFixture {
    /// Options with which the chain's authority is trusted, and no other.
    func trustOptions() throws -> String { "--no-system-trust --ca \(try write(TestChain.authorityPEM, to: "ca.pem"))" }
}
