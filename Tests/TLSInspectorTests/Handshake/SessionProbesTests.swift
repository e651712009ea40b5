import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Probes of sessions with openssl s_server", .enabled(if: Command.isInstalled(HandshakeCertificates.openssl)))
struct SessionProbesTests {
    private static let both: Set<ProtocolVersion> = [.tls12, .tls13]

    @Test("a server as it comes is known in six connections")
    func plain() async throws {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, ["-www"])
        let dialer = CountingDialer(peer.port)
        let report = await dialer.probes().run(offered: Self.both)
        #expect(report.sessions.resumesByTicket == .known(true))
        // s_server keeps sessions by their ids for clients without tickets.
        #expect(report.sessions.resumesBySessionID == .known(true))
        #expect(report.sessions.resumesInTLS13 == .known(true))
        #expect(report.sessions.ticketLifetime == .known(7200))
        #expect(report.sessions.earlyData == .known(0))
        #expect(report.sessions.clientRenegotiation == .known(false))
        #expect(report.clientAuthentication == .known(.none))
        #expect(report.http == .known(HTTPFacts(status: 200)))
        #expect(dialer.count == 6)
    }

    @Test(
        "options of a server show in the facts",
        arguments: [
            (["-no_ticket"], both, "ticket no, id yes, 1.3 yes, early 0, renegotiation no"),
            (["-no_cache"], both, "ticket yes, id no, 1.3 yes, early 0, renegotiation no"),
            (["-num_tickets", "0"], both, "ticket yes, id yes, 1.3 no, early 0, renegotiation no"),
            (["-client_renegotiation"], both, "ticket yes, id yes, 1.3 yes, early 0, renegotiation yes"),
            (["-client_renegotiation", "-tls1_1"], [.tls11], "ticket yes, id yes, 1.3 -, early -, renegotiation yes"),
            (["-tls1"], [.tls10], "ticket yes, id yes, 1.3 -, early -, renegotiation no"),
            (["-tls1_3"], [.tls13], "ticket -, id -, 1.3 yes, early 0, renegotiation -"),
        ] as [([String], Set<ProtocolVersion>, String)])
    func options(options: [String], offered: Set<ProtocolVersion>, expected: String) async throws {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.rsa, ["-www"] + options)
        let report = await CountingDialer(peer.port).probes().run(offered: offered)
        #expect(text(report.sessions) == expected)
        #expect(report.http.value?.status == 200)
    }

    @Test(
        "keys that libssl refuses elsewhere are no hindrance", arguments: [HandshakeCertificates.smallRSA, HandshakeCertificates.ed25519])
    func keys(files: HandshakeCertificates.Files) async throws {
        let peer = try TLS13HandshakeTests.server(files, ["-www"])
        let report = await CountingDialer(peer.port).probes().run(offered: Self.both)
        #expect(text(report.sessions) == "ticket yes, id yes, 1.3 yes, early 0, renegotiation no")
    }

    @Test(
        "a wish for a certificate is seen, and whether it is more than a wish",
        arguments: [
            ("-verify", Set([ProtocolVersion.tls12]), false), ("-verify", [.tls13], false), ("-Verify", [.tls12], true),
            ("-Verify", [.tls13], true),
        ]
            as [(String, Set<ProtocolVersion>, Bool)])
    func authentication(option: String, offered: Set<ProtocolVersion>, isRequired: Bool) async throws {
        let files = HandshakeCertificates.ecdsa
        let peer = try TLS13HandshakeTests.server(files, ["-www", option, "1", "-CAfile", files.certificate])
        let report = await CountingDialer(peer.port).probes().run(offered: offered)
        let facts = try #require(report.clientAuthentication.value)
        #expect(facts.isRequested)
        #expect(facts.isRequired == isRequired)
        #expect(facts.authorities == ["CN=localhost,O=Example\\, Inc."])
        #expect(facts.signatureSchemes.map(\.rawValue).contains(0x0403))
        let session = offered == [.tls13] ? report.sessions.resumesInTLS13 : report.sessions.resumesByTicket
        if isRequired {
            #expect(session == .unknown(Undecided(.unsupported, "the server insists on a client certificate")))
        } else {
            #expect(session == .known(true))
        }
    }

    @Test("a server that insists is found out without HTTP, too", arguments: [ProtocolVersion.tls12, .tls13])
    func insistsWithoutHTTP(version: ProtocolVersion) async throws {
        let files = HandshakeCertificates.ecdsa
        let peer = try TLS13HandshakeTests.server(files, ["-rev", "-Verify", "1", "-CAfile", files.certificate])
        let report = await CountingDialer(peer.port).probes(http: false).run(offered: [version])
        #expect(report.clientAuthentication.value?.isRequired == true)
        let certificate = ClientCertificate(
            chain: Array(try Data(contentsOf: URL(filePath: files.certificate))), key: Array(try Data(contentsOf: URL(filePath: files.key)))
        )
        let known = await CountingDialer(peer.port).probes(http: false, certificate: certificate).run(offered: [version])
        #expect((version == .tls13 ? known.sessions.resumesInTLS13 : known.sessions.resumesByTicket) == .known(true))
    }

    @Test("with the certificate that a server insists on, everything else is known")
    func certificate() async throws {
        let files = HandshakeCertificates.ecdsa
        let peer = try TLS13HandshakeTests.server(files, ["-www", "-Verify", "1", "-CAfile", files.certificate])
        let certificate = ClientCertificate(
            chain: Array(try Data(contentsOf: URL(filePath: files.certificate))), key: Array(try Data(contentsOf: URL(filePath: files.key)))
        )
        let dialer = CountingDialer(peer.port)
        let report = await dialer.probes(certificate: certificate).run(offered: Self.both)
        #expect(report.clientAuthentication.value?.isRequired == true)
        #expect(text(report.sessions) == "ticket yes, id yes, 1.3 yes, early 0, renegotiation no")
        #expect(report.http == .known(HTTPFacts(status: 200)))
    }

    @Test("what a server would take as early data is told")
    func earlyData() async throws {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, ["-early_data", "-max_early_data", "4096"])
        let report = await CountingDialer(peer.port).probes(http: false).run(offered: Self.both)
        #expect(text(report.sessions) == "ticket yes, id yes, 1.3 yes, early 4096, renegotiation no")
    }

    @Test("on a port without HTTP the sessions are known all the same")
    func withoutHTTP() async throws {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, ["-rev"])
        let report = await CountingDialer(peer.port).probes(http: false).run(offered: Self.both)
        #expect(text(report.sessions) == "ticket yes, id yes, 1.3 yes, early 0, renegotiation no")
        #expect(report.http == .untested("the port speaks another protocol"))
    }

    @Test("a server of SSLv3 alone is out of reach, and that is said")
    func onlySSL3() async throws {
        let report = await CountingDialer(1).probes().run(offered: [.ssl3])
        #expect(report.sessions.resumesByTicket == .unknown(Undecided(.unsupported, "libssl speaks no version below TLSv1.0")))
        #expect(report.sessions.resumesInTLS13 == .untested("the server offers no version that has it"))
    }

    @Test("where nobody listens, everything is unknown for that reason")
    func nobody() async throws {
        let port = try {
            let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, [])
            return peer.port
        }()
        let report = await CountingDialer(port).probes().run(offered: Self.both)
        let refused = Undecided(.refused, "")
        #expect(report.sessions.resumesByTicket == .unknown(refused))
        #expect(report.sessions.resumesInTLS13 == .unknown(refused))
        #expect(report.http == .unknown(refused))
        #expect(report.clientAuthentication == .unknown(refused))
    }
}

/// The facts in one line.
func text(_ facts: SessionFacts) -> String {
    func text<Value>(_ fact: Fact<Value>) -> String {
        switch fact {
        case .known(let value as Bool): value ? "yes" : "no"
        case .known(let value): "\(value)"
        case .unknown(let undecided): "? (\(undecided))"
        case .untested: "-"
        }
    }
    return "ticket \(text(facts.resumesByTicket)), id \(text(facts.resumesBySessionID)), 1.3 \(text(facts.resumesInTLS13)), "
        + "early \(text(facts.earlyData)), renegotiation \(text(facts.clientRenegotiation))"
}
