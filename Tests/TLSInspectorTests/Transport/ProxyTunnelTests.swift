import TestSupport
import Testing

@testable import TLSInspector

@Suite("Tunnels through proxies")
struct ProxyTunnelTests {
    private func tunnel(_ host: String = "example.org", authorization: String? = nil) throws -> ProxyTunnel {
        try ProxyTunnel(host: host, port: 443, authorization: authorization)
    }

    @Test("the request names the target, and logs in if asked to")
    func request() throws {
        #expect(
            try tunnel("2001:db8::1", authorization: "Basic eA==").request
                == Array(
                    "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\nProxy-Authorization: Basic eA==\r\n\r\n".utf8))
    }

    @Test("a line's end in the name or the login is refused")
    func injection() {
        #expect(throws: PreambleFailure.self) { try tunnel("a\r\nX: y") }
        #expect(throws: PreambleFailure.self) { try tunnel("a b") }
        #expect(throws: PreambleFailure.self) { try tunnel(authorization: "x\r\nY: z") }
    }

    @Test("a tunnel gives what came behind the head", arguments: [1, 3, 1_000])
    func established(pieceByteCount: Int) throws {
        let head = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
        var tunnel = try tunnel()
        var rest: [UInt8]?
        for piece in Array((head + "!").utf8).pieces(of: pieceByteCount) {
            if rest == nil { rest = try tunnel.receive(piece) } else { rest? += piece }
        }
        #expect(rest == [UInt8(ascii: "!")])
    }

    @Test("a bare LF ends a line too")
    func bareLineFeeds() throws {
        var tunnel = try tunnel()
        #expect(try tunnel.receive(Array("HTTP/1.0 200\n\n".utf8)) == [])
    }

    @Test(
        "a refusal is told with the proxy's status",
        arguments: [
            (
                "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
                "the proxy wants a login, or not this one: HTTP/1.1 407 Proxy Authentication Required"
            ),
            ("HTTP/1.1 502 Bad\u{1B}[1m\r\n\r\n", #"the proxy gave no tunnel: HTTP/1.1 502 Bad\x1B[1m"#),
            ("HTTP/1.1 301 Moved\r\n\r\n", "the proxy gave no tunnel: HTTP/1.1 301 Moved"),
            ("HTTP/2 200\r\n\r\n", "the proxy's answer is not what the protocol says: HTTP/2 200"),
            ("SSH-2.0-x\r\n\r\n", "the proxy's answer is not what the protocol says: SSH-2.0-x"),
            ("HTTP/1.1 2000 x\r\n\r\n", "the proxy's answer is not what the protocol says: HTTP/1.1 2000 x"),
        ])
    func refused(answer: String, description: String) throws {
        var tunnel = try tunnel()
        let failure = #expect(throws: PreambleFailure.self) { _ = try tunnel.receive(Array(answer.utf8)) }
        #expect(failure?.description == description)
    }

    @Test("an endless head, of one line or of many or of many answers, is refused", arguments: ["a", "X: y\r\n", "HTTP/1.1 100 x\r\n\r\n"])
    func endless(flood: String) throws {
        var tunnel = try tunnel()
        var count = 0
        #expect(throws: PreambleFailure.self) {
            if flood.first == "X" { _ = try tunnel.receive(Array("HTTP/1.1 200 OK\r\n".utf8)) }
            while count < 1 << 20 {
                count += flood.utf8.count
                _ = try tunnel.receive(Array(flood.utf8))
            }
        }
        #expect(count <= ProxyTunnel.maximumHeadByteCount + 64)
    }

    @Test("the proxy gets the name, which is not looked up here, and what it gives behind its head belongs to the target")
    func throughProxy() async throws {
        let seen = Locked("")
        let proxy = try LoopbackPeer { _, socket in
            var request = socket.line()
            while !request.hasSuffix("\r\n\r\n"), request.utf8.last == 10 { request += socket.line() }
            seen.change { $0 = request }
            socket.send("HTTP/1.1 200 Connection established\r\n\r\n220 hello\r\n")
            #expect(socket.line() == "EHLO coffer.invalid\r\n")
            socket.send("250-x\r\n250 STARTTLS\r\n")
            #expect(socket.line() == "STARTTLS\r\n")
            socket.send("220 go\r\n")
            socket.drain()
        }
        defer { proxy.stop() }
        try await withNetwork { network in
            var options = ScanOptions()
            options.proxy = HTTPProxy(host: "127.0.0.1", port: proxy.port)
            let endpoint = Endpoint(host: "mail.invalid", port: 25, startTLS: .smtp)
            await (try await network.dialer(to: endpoint, options: options).dial()).close()
        }
        #expect(seen.value == "CONNECT mail.invalid:25 HTTP/1.1\r\nHost: mail.invalid:25\r\n\r\n")
    }

    @Test("a proxy that cannot be reached is not taken for the target")
    func noProxy() async throws {
        let port = try LoopbackPeer.unusedPort()
        try await withNetwork { network in
            var options = ScanOptions()
            options.proxy = HTTPProxy(host: "127.0.0.1", port: port)
            let dialer = try await network.dialer(to: Endpoint(host: "x.invalid"), options: options)
            await #expect(throws: TransportFailure(.preamble, "no tunnel through the proxy (refused: nobody listens)")) {
                _ = try await dialer.dial()
            }
        }
    }
}
