import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Handshakes of TLS 1.3 with openssl s_server", .enabled(if: Command.isInstalled(HandshakeCertificates.openssl)))
struct TLS13HandshakeTests {
    static func server(_ files: HandshakeCertificates.Files, _ options: [String]) throws -> HandshakePeer {
        try HandshakePeer(
            HandshakeCertificates.openssl,
            ["s_server", "-accept", "127.0.0.1:PORT", "-cert", files.certificate, "-key", files.key, "-cipher", "ALL:@SECLEVEL=0"]
                + options,
            marker: "ACCEPT")
    }

    static func handshake(_ peer: HandshakePeer, _ offer: TLS13Offer = TLS13Offer()) throws -> TLS13Handshake {
        try TLS13Handshake(over: SocketConnection(port: peer.port), offering: offer)
    }

    static let certificate = HandshakeCertificates.ecdsa

    @Test(
        "every suite is spoken to the end",
        arguments: [
            (0x1301, "TLS_AES_128_GCM_SHA256"), (0x1302, "TLS_AES_256_GCM_SHA384"), (0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
            (0x1304, "TLS_AES_128_CCM_SHA256"), (0x1305, "TLS_AES_128_CCM_8_SHA256"),
        ] as [(UInt16, String)])
    func suites(number: UInt16, name: String) async throws {
        let peer = try Self.server(Self.certificate, ["-tls1_3", "-ciphersuites", name, "-www"])
        let handshake = try Self.handshake(peer)
        let flight = try await handshake.run()
        #expect(flight.serverHello.cipherSuite.rawValue == number)
        #expect(flight.isFinishedVerified)
        #expect(flight.signatureScheme.rawValue == 0x0403)
        #expect(flight.certificate.certificates == [try der(Self.certificate.certificate)])
        let ending = try await handshake.finish(sending: Array("GET / HTTP/1.0\r\n\r\n".utf8), waiting: 60_000)
        #expect(ending.failure == nil)
        var answer = ending.data
        while answer.count < 8 { answer += try await handshake.receiveData() }
        #expect(answer.starts(with: "HTTP/1.0 200".utf8))
        #expect(await handshake.tickets.first?.lifetime == 7200)
    }

    @Test(
        "every group is agreed on, those but x25519 behind a HelloRetryRequest",
        arguments: [(29, "X25519"), (23, "P-256"), (24, "P-384"), (25, "P-521"), (30, "X448")] as [(UInt16, String)])
    func groups(number: UInt16, name: String) async throws {
        let peer = try Self.server(Self.certificate, ["-tls1_3", "-groups", name])
        let flight = try await Self.handshake(peer).run()
        #expect(flight.group.rawValue == number)
        #expect((flight.helloRetryRequest != nil) == (number != 29))
        #expect(flight.isFinishedVerified)
    }
}

/// The first certificate of a PEM file.
func der(_ path: String) throws -> [UInt8] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let body = lines.drop { !$0.hasPrefix("-----BEGIN CERT") }.dropFirst().prefix { !$0.hasPrefix("-----END") }
    return Array(try #require(Data(base64Encoded: body.joined())))
}
