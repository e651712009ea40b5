import OpenSSL
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Connections of libssl over bytes", .enabled(if: Command.isInstalled(HandshakeCertificates.openssl)))
struct LibSSLConnectionTests {
    private static var tls12: TLSClientConfiguration {
        var configuration = TLSClientConfiguration()
        configuration.maximumVersion = 0x0303
        return configuration
    }

    /// How the handshake ends when the server's bytes are tampered with.
    private func failure(_ configuration: TLSClientConfiguration, _ tampering: TamperingConnection.Tampering) async throws -> String {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, ["-www"])
        let connection = TamperingConnection(try SocketConnection(port: peer.port), tampering)
        do {
            _ = try await LibSSLConnection.connected(over: connection, configuration)
            return "none"
        } catch {
            return error.description
        }
    }

    @Test(
        "what is changed on the path is found",
        arguments: [
            // ServerHello, Certificate, ServerKeyExchange, ServerHelloDone, then ticket, ChangeCipherSpec and Finished.
            (TamperingConnection.Tampering.flip(record: 2), "bad signature"),
            (.flip(record: 6), "decryption failed or bad record mac"),
            (.cut(record: 1), "closed"),
        ])
    func tampering(tampering: TamperingConnection.Tampering, expected: String) async throws {
        let failure = try await failure(Self.tls12, tampering)
        #expect(failure.contains(expected))
        #expect(failure.hasPrefix(expected == "closed" ? "closed: " : "protocol-error: what the server sent"))
    }

    @Test("in TLS 1.3, our own engine finds what is changed or cut, too", arguments: 0...5)
    func tampering13(record: Int) async throws {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, [])
        // The second record is a ChangeCipherSpec, whose only byte must be 1.
        let flipping = TamperingConnection(try SocketConnection(port: peer.port), .flip(record: record))
        await #expect(throws: HandshakeFailure.self) { _ = try await TLS13Handshake(over: flipping, offering: TLS13Offer()).run() }
        // The server takes one connection after the other.
        await flipping.close()
        let cutting = TamperingConnection(try SocketConnection(port: peer.port), .cut(record: record))
        await #expect(throws: HandshakeFailure.transport(TransportFailure(.closed, "the server closed the connection"))) {
            _ = try await TLS13Handshake(over: cutting, offering: TLS13Offer()).run()
        }
    }

    @Test("a server that has no version in common is told by its alert")
    func noVersion() async throws {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, ["-tls1_3"])
        await #expect(throws: HandshakeFailure.alert(Alert(level: 2, code: Alert.protocolVersion))) {
            _ = try await LibSSLConnection.connected(over: try SocketConnection(port: peer.port), Self.tls12)
        }
    }

    @Test(
        "what is agreed on can be asked for", arguments: [(0x0303, ProtocolVersion.tls12), (0x0304, .tls13)] as [(UInt16, ProtocolVersion)])
    func agreement(number: UInt16, version: ProtocolVersion) async throws {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, ["-alpn", "http/1.1,h2"])
        var configuration = TLSClientConfiguration()
        (configuration.minimumVersion, configuration.maximumVersion) = (number, number)
        configuration.applicationProtocols = ["h2"]
        configuration.cipherList = "ECDHE-ECDSA-AES128-SHA"
        let connection = try await LibSSLConnection.connected(over: try SocketConnection(port: peer.port), configuration)
        #expect(await connection.version == version)
        #expect(await connection.applicationProtocol == Array("h2".utf8))
        #expect(await connection.cipherSuite?.rawValue == (version == .tls12 ? 0xC009 : 0x1302))
        await connection.close()
    }

    @Test("something that is no TLS is told")
    func noTLS() async throws {
        let connection = try LibSSLConnection(over: EchoConnection(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)), Self.tls12)
        await #expect(throws: HandshakeFailure.unsupported("libssl cannot go on: wrong version number")) {
            try await connection.handshake()
        }
    }
}

/// Says one thing, whatever it is told, and closes.
final class EchoConnection: PeerConnection, @unchecked Sendable {
    private var answer: [UInt8]

    init(_ answer: [UInt8]) { self.answer = answer }

    func send(_ bytes: [UInt8]) async throws(TransportFailure) {}
    func receive() async throws(TransportFailure) -> [UInt8] {
        defer { answer = [] }
        return answer
    }
    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] { try await receive() }
    func close() async {}
}
