import Foundation
import Testing

@testable import TLSInspector

enum TLSLite {
    static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]

    static let isInstalled: Bool = {
        guard let python else { return false }
        do {
            try run(python, ["-c", "import tlslite"])
            return true
        } catch {
            return false
        }
    }()
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
        let files = HandshakeCertificates.rsa
        let peer = try HandshakePeer(
            try #require(TLSLite.python), ["FOLDER/peer.py", "PORT", name, files.certificate, files.key], files: ["peer.py": Self.source],
            marker: "READY")
        let handshake = try TLS13HandshakeTests.handshake(peer)
        let flight = try await handshake.run()
        #expect(flight.group.rawValue == number)
        #expect((flight.helloRetryRequest?[.cookie] != nil) == (number != 29))
        #expect(flight.isFinishedVerified)
        let ending = try await handshake.finish(sending: [1], waiting: 5_000)
        #expect(ending.failure == nil)
        await handshake.close()
    }

    private static let source = """
        import socket, sys
        from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

        port, group, certificate, key = sys.argv[1:]
        chain = X509CertChain()
        chain.parsePemList(open(certificate).read())
        settings = HandshakeSettings()
        settings.eccCurves, settings.keyShares, settings.dhGroups = [group], [], []
        settings.minVersion = settings.maxVersion = (3, 4)
        listener = socket.socket()
        listener.bind(("127.0.0.1", int(port)))
        listener.listen(5)
        print("READY", flush=True)
        while True:
            connection = TLSConnection(listener.accept()[0])
            try:
                connection.handshakeServer(certChain=chain, privateKey=parsePEMKey(open(key).read(), private=True), settings=settings)
                connection.write(connection.read(1, 1))
            except Exception as ended:
                print(repr(ended), flush=True)
        """
}
