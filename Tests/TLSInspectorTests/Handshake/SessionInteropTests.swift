import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Handshakes and sessions with servers of other makes")
struct SessionInteropTests {
    private static let both: Set<ProtocolVersion> = [.tls12, .tls13]
    private static let nginxProgram = "/usr/sbin/nginx"
    private static let gnutlsProgram = "/usr/bin/gnutls-serv"
    private static let javaProgram = "/usr/bin/java"

    private func nginx(_ directives: String) throws -> HandshakePeer {
        let files = HandshakeCertificates.ecdsa
        let configuration = """
            daemon off; master_process off; pid FOLDER/pid; error_log stderr crit;
            events {}
            http {
                access_log off; server_tokens off;
                client_body_temp_path FOLDER/a; proxy_temp_path FOLDER/b; fastcgi_temp_path FOLDER/c; uwsgi_temp_path FOLDER/d;
                scgi_temp_path FOLDER/e;
                server {
                    listen 127.0.0.1:PORT ssl; ssl_protocols TLSv1.2 TLSv1.3;
                    ssl_certificate \(files.certificate); ssl_certificate_key \(files.key);
                    add_header Strict-Transport-Security "max-age=63072000" always;
                    \(directives)
                    return 301 https://www.example.com/;
                }
            }
            """
        return try HandshakePeer(
            Self.nginxProgram, ["-p", "FOLDER", "-c", "FOLDER/nginx.conf"], files: ["nginx.conf": configuration], marker: nil)
    }

    @Test(
        "nginx resumes as it is told to", .enabled(if: Command.isInstalled(nginxProgram)),
        arguments: [
            ("ssl_session_tickets on; ssl_session_cache none;", "ticket yes, id no, 1.3 yes, early 0, renegotiation no"),
            ("ssl_session_tickets off; ssl_session_cache shared:a:1m;", "ticket no, id yes, 1.3 yes, early 0, renegotiation no"),
            ("ssl_session_tickets off; ssl_session_cache none;", "ticket no, id no, 1.3 no, early 0, renegotiation no"),
            ("ssl_early_data on; ssl_session_cache shared:a:1m;", "ticket yes, id yes, 1.3 yes, early 16384, renegotiation no"),
        ])
    func nginx(directives: String, expected: String) async throws {
        let peer = try nginx(directives)
        let dialer = CountingDialer(peer.port)
        let report = await dialer.probes().run(offered: Self.both)
        #expect(text(report.sessions) == expected)
        #expect(
            report.http
                == .known(
                    HTTPFacts(
                        status: 301, strictTransportSecurity: "max-age=63072000", server: "nginx", location: "https://www.example.com")))
        #expect(report.clientAuthentication == .known(.none))
        #expect(dialer.count <= 6)
    }

    @Test("nginx asks for a certificate in the handshake, and refuses in HTTP", .enabled(if: Command.isInstalled(nginxProgram)))
    func nginxClientCertificate() async throws {
        let peer = try nginx("ssl_verify_client on; ssl_client_certificate \(HandshakeCertificates.ecdsa.certificate);")
        for version in Self.both {
            let report = await CountingDialer(peer.port).probes().run(offered: [version])
            let facts = try #require(report.clientAuthentication.value)
            #expect(facts.isRequested && facts.isRequired == false)
            #expect(report.http.value?.status == 400)
        }
    }

    @Test(
        "GnuTLS is understood in each suite of TLS 1.3", .enabled(if: Command.isInstalled(gnutlsProgram)),
        arguments: [
            (0x1301, "AES-128-GCM"), (0x1302, "AES-256-GCM"), (0x1303, "CHACHA20-POLY1305"), (0x1304, "AES-128-CCM"),
            (0x1305, "AES-128-CCM-8"),
        ] as [(UInt16, String)])
    func gnutls(number: UInt16, cipher: String) async throws {
        let peer = try gnutls(["--priority", "NORMAL:-CIPHER-ALL:+\(cipher)"])
        let handshake = try TLS13HandshakeTests.handshake(peer)
        let flight = try await handshake.run()
        #expect(flight.serverHello.cipherSuite.rawValue == number)
        #expect(flight.isFinishedVerified)
        await handshake.close()
    }

    @Test("the sessions of GnuTLS are known", .enabled(if: Command.isInstalled(gnutlsProgram)))
    func gnutlsSessions() async throws {
        let peer = try gnutls([])
        let report = await CountingDialer(peer.port).probes().run(offered: Self.both)
        #expect(text(report.sessions) == "ticket yes, id yes, 1.3 yes, early 0, renegotiation yes")
        #expect(report.http.value?.status == 200)
    }

    @Test(
        "GnuTLS insists on a certificate", .enabled(if: Command.isInstalled(gnutlsProgram)),
        arguments: [ProtocolVersion.tls12, .tls13])
    func gnutlsClientCertificate(version: ProtocolVersion) async throws {
        let peer = try gnutls(["--require-client-cert", "--x509cafile", HandshakeCertificates.ecdsa.certificate])
        let report = await CountingDialer(peer.port).probes().run(offered: [version])
        let facts = try #require(report.clientAuthentication.value)
        #expect(facts.isRequested && facts.isRequired == true)
        #expect(facts.authorities == ["CN=localhost,O=Example\\, Inc."])
    }

    private func gnutls(_ options: [String]) throws -> HandshakePeer {
        let files = HandshakeCertificates.ecdsa
        return try HandshakePeer(
            Self.gnutlsProgram, ["--http", "-p", "PORT", "--x509certfile", files.certificate, "--x509keyfile", files.key] + options,
            marker: nil)
    }

    @Test(
        "Java is understood, and its sessions are known", .enabled(if: Command.isInstalled(javaProgram)),
        arguments: ["none", "want", "need"])
    func java(authentication: String) async throws {
        let peer = try java(authentication)
        let flight = try await TLS13HandshakeTests.handshake(peer).run()
        #expect(flight.isFinishedVerified)
        #expect((flight.certificateRequest == nil) == (authentication == "none"))
        let report = await CountingDialer(peer.port).probes().run(offered: Self.both)
        if authentication == "need" {
            #expect(report.clientAuthentication.value?.isRequired == true)
        } else {
            #expect(report.clientAuthentication.value?.isRequested == (authentication == "want"))
            #expect(text(report.sessions) == "ticket yes, id yes, 1.3 yes, early 0, renegotiation yes")
            #expect(report.http.value?.status == 204)
        }
    }

    private func java(_ authentication: String) throws -> HandshakePeer {
        let files = HandshakeCertificates.ecdsa
        let store = "\(files.certificate).\(UUID().uuidString).p12"
        try Command.succeed(
            HandshakeCertificates.openssl,
            ["pkcs12", "-export", "-in", files.certificate, "-inkey", files.key, "-passout", "pass:changeit", "-out", store])
        return try HandshakePeer(
            Self.javaProgram,
            [
                "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Djavax.net.ssl.keyStore=\(store)", "-Djavax.net.ssl.keyStorePassword=changeit",
                "-Djavax.net.ssl.trustStore=\(store)", "-Djavax.net.ssl.trustStorePassword=changeit", "FOLDER/Peer.java", "PORT",
                authentication,
            ], files: ["Peer.java": Self.javaSource], marker: "READY")
    }

    private static let javaSource = """
        import java.net.InetAddress;
        import javax.net.ssl.*;

        public class Peer {
            public static void main(String[] arguments) throws Exception {
                SSLServerSocket server = (SSLServerSocket) SSLServerSocketFactory.getDefault()
                    .createServerSocket(Integer.parseInt(arguments[0]), 50, InetAddress.getLoopbackAddress());
                server.setNeedClientAuth(arguments[1].equals("need"));
                if (arguments[1].equals("want")) server.setWantClientAuth(true);
                System.out.println("READY");
                while (true) {
                    SSLSocket socket = (SSLSocket) server.accept();
                    new Thread(() -> {
                        try (socket) {
                            byte[] request = new byte[4096];
                            if (socket.getInputStream().read(request) > 0) {
                                socket.getOutputStream().write("HTTP/1.1 204 x\\r\\nConnection: close\\r\\n\\r\\n".getBytes());
                                while (socket.getInputStream().read(request) > 0) {}
                            }
                        } catch (java.io.IOException ended) {
                            System.out.println(ended);
                        }
                    }).start();
                }
            }
        }
        """
}
