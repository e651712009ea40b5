import TestSupport
import Testing

@testable import TLSInspector

@Suite("STARTTLS with real servers", .serialized)
struct StartTLSInteropTests {
    @Test(
        "TLS begins behind the talk with a real server, and only pyftpdlib 2.2.0 answers inside it what was said before",
        .enabled(if: Command.python != nil, "COFFER_TEST_PYTHON names no Python"),
        arguments: [StartTLSProtocol.imap, .pop3, .postgres, .smtp, .lmtp, .ftp])
    func realServer(startTLS: StartTLSProtocol) async throws {
        guard StartTLSPeers.installed.contains(startTLS.rawValue) else {
            try Test.cancel("no server for \(startTLS.rawValue) is installed")
        }
        let peers = try StartTLSPeers(startTLS)
        try await withNetwork { network in
            let endpoint = Endpoint(host: "127.0.0.1", port: peers.port, startTLS: startTLS)
            let connection = try await network.dialer(to: endpoint).dial()
            try await connection.send(Self.hello.encoded)
            var records = RecordStream()
            records.append(try await connection.receive())
            let record = try #require(try records.next())
            #expect(record.type == .handshake)
            #expect(record.fragment.first == 2, "a ServerHello")
            await connection.close()
            #expect(try await Self.injection(endpoint, network) == .known(startTLS == .ftp))
        }
        try peers.stop()
    }

    private static func injection(_ endpoint: Endpoint, _ network: Network) async throws -> Fact<Bool> {
        var plain = endpoint
        plain.startTLS = nil
        let (dialer, plainDialer) = (try await network.dialer(to: endpoint), try await network.dialer(to: plain))
        return await Conversations(
            endpoint: endpoint, dialer: dialer, plainDialer: plainDialer, offered: [], options: ScanOptions()
        ).injection()
    }

    /// TLS 1.2 with a suite for ECDSA, which the peers' certificates are for.
    static let hello = ClientHello(
        legacyVersion: 0x0303, recordVersion: 0x0301, random: [UInt8](repeating: 7, count: 32),
        cipherSuites: [0xC02B, 0xC02C].map { CipherSuite(rawValue: $0) },
        extensions: [
            .supportedGroups([NamedGroup(rawValue: 23)]), .signatureAlgorithms([TLSSignatureScheme(rawValue: 0x0403)]), .ecPointFormats,
        ])
}
