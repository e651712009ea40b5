import Foundation
import TestSupport
import Testing

@testable import TLSInspector

enum TLSLite {
    static let python = Command.python
    static let isInstalled = Command.pythonHas("tlslite")
}

/// tlslite-ng has what the other peers lack: brainpool curves in TLS 1.3 (RFC 8734), and a cookie in each HelloRetryRequest.
@Suite("Handshakes of TLS 1.3 with tlslite-ng", .enabled(if: TLSLite.isInstalled, "the test Python has no tlslite-ng"))
struct TLSLiteInteropTests {
    @Test(
        "every curve is agreed on behind a cookie",
        arguments: [
            (29, "x25519"), (23, "secp256r1"), (24, "secp384r1"), (25, "secp521r1"), (30, "x448"), (31, "brainpoolP256r1tls13"),
            (32, "brainpoolP384r1tls13"), (33, "brainpoolP512r1tls13"),
        ] as [(UInt16, String)])
    func groups(number: UInt16, name: String) async throws {
        let peer = try Self.peer(name)
        let handshake = try TLS13HandshakeTests.handshake(peer)
        let flight = try await handshake.run()
        #expect(flight.group.rawValue == number)
        #expect((flight.helloRetryRequest?[.cookie] != nil) == (number != 29))
        #expect(flight.isFinishedVerified)
        let ending = try await handshake.finish(sending: [1], waiting: 60_000)
        #expect(ending.failure == nil)
        await handshake.close()
    }

    /// libssl 3.0 refuses less than 1024 bits; here are 768, of RFC 2409 §6.1.
    @Test(
        "a group that libssl finds too small hinders only a server that has nothing else",
        arguments: [("dhe_rsa,rsa", true), ("dhe_rsa", false)])
    func smallGroup(exchanges: String, isKnown: Bool) async throws {
        let peer = try Self.peer(exchanges)
        let dialer = CountingDialer(peer.port)
        let report = await dialer.probes().run(offered: [.tls12])
        let refusal = Undecided(.unsupported, "libssl cannot go on: dh key too small")
        #expect(report.sessions.resumesByTicket == (isKnown ? .known(false) : .unknown(refusal)))
        #expect(report.http == (isKnown ? .known(HTTPFacts(status: 204)) : .unknown(refusal)))
        #expect(dialer.count <= 5)
    }

    private static func peer(_ kind: String) throws -> HandshakePeer {
        let files = HandshakeCertificates.rsa
        return try HandshakePeer(
            try #require(TLSLite.python), ["FOLDER/peer.py", "PORT", kind, files.certificate, files.key], files: ["peer.py": source],
            marker: "READY")
    }

    /// The second argument is a curve of TLS 1.3, or key exchanges of TLS 1.2.
    private static let source = """
        import socket, sys
        from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

        port, kind, certificate, key = sys.argv[1:]
        chain = X509CertChain()
        chain.parsePemList(open(certificate).read())
        settings = HandshakeSettings()
        if "rsa" in kind:
            settings.minVersion = settings.maxVersion = (3, 3)
            settings.keyExchangeNames = kind.split(",")
            settings.dhGroups = []
            settings.dhParams = (2, int(
                "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
                "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A63A3620FFFFFFFFFFFFFFFF", 16))
        else:
            settings.eccCurves, settings.keyShares, settings.dhGroups = [kind], [], []
            settings.minVersion = settings.maxVersion = (3, 4)
        listener = socket.socket()
        listener.bind(("127.0.0.1", int(port)))
        listener.listen(5)
        print("READY", flush=True)
        while True:
            connection = TLSConnection(listener.accept()[0])
            try:
                connection.handshakeServer(certChain=chain, privateKey=parsePEMKey(open(key).read(), private=True), settings=settings)
                connection.read(1, 1)
                connection.write(b"HTTP/1.1 204 x\\r\\n\\r\\n")
            except Exception as ended:
                print(repr(ended), flush=True)
        """
}
