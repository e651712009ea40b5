import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import TLSInspector

/// A server whose certificate has a key of ML-DSA (FIPS 204), by an OpenSSL that is newer than the system's: libssl cannot talk to it here.
enum PostQuantumPeer {
    static let python = Command.python

    static let isInstalled: Bool = {
        guard let python else { return false }
        do {
            try Command.succeed(
                python,
                [
                    "-c",
                    "from OpenSSL import SSL; from cryptography.hazmat.primitives.asymmetric import mldsa; assert SSL.OPENSSL_VERSION_NUMBER >= 0x30500000",
                ])
            return true
        } catch {
            return false
        }
    }()

    static let source = """
        import datetime, socket, sys, threading
        from OpenSSL import SSL
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import mldsa

        port, folder, groups = sys.argv[1:]
        key = mldsa.MLDSA65PrivateKey.generate()
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
                       .not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, None))
        pem = serialization.Encoding.PEM
        open(folder + "/crt", "wb").write(certificate.public_bytes(pem))
        open(folder + "/key", "wb").write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.use_certificate_file(folder + "/crt")
        context.use_privatekey_file(folder + "/key")
        context.set_session_id(b"coffer")
        from OpenSSL._util import ffi, lib
        assert lib.SSL_CTX_set1_curves_list(context._context, ffi.new("char[]", groups.encode())) == 1

        def serve(connection):
            try:
                tls = SSL.Connection(context, connection)
                tls.set_accept_state()
                tls.do_handshake()
                tls.recv(4096)
                tls.sendall(b"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n")
                tls.shutdown()
            except SSL.Error as ended:
                print(repr(ended), flush=True)
            connection.close()

        listener = socket.create_server(("127.0.0.1", int(port)))
        print("READY", flush=True)
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """

    static func start(groups: String) throws -> HandshakePeer {
        try HandshakePeer(
            try #require(python), ["FOLDER/peer.py", "PORT", "FOLDER", groups], files: ["peer.py": source], marker: "READY")
    }
}

@Suite(
    "Handshakes with post-quantum servers",
    .enabled(if: PostQuantumPeer.isInstalled, "the test Python has no pyOpenSSL with ML-DSA"))
struct PostQuantumInteropTests {
    @Test("a certificate with a key of ML-DSA is seen, and everything behind it")
    func mldsa() async throws {
        let peer = try PostQuantumPeer.start(groups: "X25519MLKEM768:X25519")
        let flight = try await TLS13HandshakeTests.handshake(peer).run()
        #expect(flight.isFinishedVerified)
        #expect(flight.signatureScheme.rawValue == 0x0905)
        #expect(flight.certificate.certificates == [try der(peer.folder.file("crt").string)])
        let report = await CountingDialer(peer.port).probes().run(offered: [.tls13])
        #expect(report.sessions.resumesInTLS13 == .known(true))
        #expect(report.http.value?.status == 200)
        #expect(report.clientAuthentication == .known(.none))
    }

    @Test("a server that wants a hybrid group alone is out of reach, and that is said")
    func onlyHybrid() async throws {
        let peer = try PostQuantumPeer.start(groups: "X25519MLKEM768")
        await #expect(throws: HandshakeFailure.alert(Alert(level: 2, code: Alert.handshakeFailure))) {
            _ = try await TLS13HandshakeTests.handshake(peer).run()
        }
        var offer = TLS13Offer()
        offer.groups.append(.x25519MLKEM768)
        do {
            _ = try await TLS13HandshakeTests.handshake(peer, offer).run()
            Issue.record("a group was agreed on that cannot be computed")
        } catch let failure as HandshakeFailure {
            guard case .unsupported(let reason) = failure else { throw failure }
            #expect(reason.contains("this program cannot compute"))
        }
    }
}
