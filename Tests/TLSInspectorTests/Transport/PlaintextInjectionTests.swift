import TestSupport
import Testing

@testable import TLSInspector

@Suite("Plain text injected before TLS")
struct PlaintextInjectionTests {
    /// How a server treats what comes behind the request for TLS in the same packet.
    enum Behaviour: Sendable, CaseIterable {
        /// Keeps it, and answers it inside TLS.
        case keeps
        case throwsAway
        /// Answers it at once, before TLS.
        case answersInPlainText
        /// Says no, or hangs up, as it should.
        case refuses
        case hangsUp
        /// Gives it to the handshake, which then fails.
        case mixesUp
    }

    /// Stands for a handshake: the client says one byte, the server another; anything else fails it.
    private static func shakeHands(on connection: any PeerConnection) async throws(TransportFailure) -> any SecureChannel {
        try await connection.send([0xC1])
        let answer = try await connection.receive()
        guard answer.first == 0x5E else { throw TransportFailure(.protocolError, "no handshake") }
        return Channel(connection: connection, first: Array(answer.dropFirst()))
    }

    private static let secure: PlaintextInjection.Secure = { connection in
        do throws(TransportFailure) {
            return .success(try await shakeHands(on: connection))
        } catch {
            return .failure(error)
        }
    }

    private struct Channel: SecureChannel {
        let connection: any PeerConnection
        /// What came in the same packet as the end of the handshake.
        let first: Locked<[UInt8]>

        init(connection: any PeerConnection, first: [UInt8]) {
            self.connection = connection
            self.first = Locked(first)
        }

        func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] {
            let bytes = first.change { first in
                defer { first = [] }
                return first
            }
            return bytes.isEmpty ? try await connection.receive(within: milliseconds) : bytes
        }
    }

    /// The talk up to the request, and the words of the server.
    struct Server: Sendable {
        let startTLS: StartTLSProtocol
        /// What the server says, each time before it hears the client.
        let words: [String]
        let consent: String
        let refusal: String
        /// To the injected command.
        let answer: String
        /// What it says inside TLS of itself.
        var greetingInside = ""
    }

    private static let smtp = ["220 x\r\n", "250-x\r\n250 STARTTLS\r\n"]

    static let servers = [
        Server(
            startTLS: .smtp, words: smtp, consent: "220 go\r\n", refusal: "554 no\r\n", answer: "250 ok\r\n",
            greetingInside: "220 again\r\n"),
        Server(startTLS: .lmtp, words: smtp, consent: "220 go\r\n", refusal: "554 no\r\n", answer: "250 ok\r\n"),
        Server(
            startTLS: .imap, words: ["* OK x\r\n", "* CAPABILITY STARTTLS\r\na1 OK x\r\n"], consent: "a2 OK go\r\n",
            refusal: "a2 BAD no\r\n", answer: "a3 OK x\r\n", greetingInside: "* OK x\r\n"),
        Server(
            startTLS: .pop3, words: ["+OK\r\n", "+OK\r\nSTLS\r\n.\r\n"], consent: "+OK\r\n", refusal: "-ERR\r\n",
            answer: "-ERR what\r\n", greetingInside: "+OK again\r\n"),
        Server(startTLS: .ftp, words: ["220 x\r\n"], consent: "234 go\r\n", refusal: "530 no\r\n", answer: "200 ok\r\n"),
        Server(
            startTLS: .nntp, words: ["200 x\r\n", "101 x\r\nSTARTTLS\r\n.\r\n"], consent: "382 go\r\n", refusal: "502 no\r\n",
            answer: "111 20200101000000\r\n"),
        Server(
            startTLS: .sieve, words: ["\"STARTTLS\"\r\nOK\r\n"], consent: "OK\r\n", refusal: "NO\r\n",
            answer: "OK (TAG \"coffer\") \"x\"\r\n", greetingInside: "\"SIEVE\" \"x\"\r\nOK \"x\"\r\n"),
        // The error with which a mended server throws the bytes away is no answer to them.
        Server(startTLS: .postgres, words: [], consent: "S", refusal: "N", answer: "R\0\0\0\u{8}\0\0\0\0"),
    ]

    private func serve(_ server: Server, _ behaviour: Behaviour, _ socket: LoopbackSocket) {
        for word in server.words.dropLast() {
            socket.send(word)
            _ = socket.line()
        }
        socket.send(server.words.last ?? "")
        let request = server.startTLS.negotiation(host: "x").request
        let heard = socket.receive()
        #expect(heard.starts(with: request))
        let hasMore = heard.count > request.count
        if hasMore, behaviour == .hangsUp { return }
        if hasMore, behaviour == .refuses { return _ = socket.send(server.refusal) }
        socket.send(hasMore && behaviour == .answersInPlainText ? server.consent + server.answer : server.consent)
        guard socket.receive() == [0xC1] else { return }
        if hasMore, behaviour == .mixesUp { return _ = socket.send([0xA1]) }
        socket.send([0x5E])
        socket.send(server.greetingInside)
        if hasMore, behaviour == .keeps { socket.send(server.answer) }
    }

    @Test("the error with which PostgreSQL throws such bytes away is no answer to them")
    func postgresError() throws {
        let command = try #require(InjectedCommand(.postgres))
        let mended = Array("E\0\0\0\u{16}SFATAL\0C08P01\0Mx\0\0".utf8)
        #expect(!command.isAnswered(by: mended))
        #expect(!command.isAnswered(by: Array(mended.prefix(12))), "not whole yet")
        #expect(command.isAnswered(by: Array("E\0\0\0\u{16}SFATAL\0C28000\0Mx\0\0".utf8)))
    }

    @Test("only a server that answers inside TLS what was said before it is vulnerable", arguments: servers, Behaviour.allCases)
    func probe(server: Server, behaviour: Behaviour) async throws {
        let peer = try LoopbackPeer { _, socket in serve(server, behaviour, socket) }
        defer { peer.stop() }
        try await withNetwork { network in
            let dialer = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: peer.port))
            let injection = PlaintextInjection(startTLS: server.startTLS, host: "x", dialer: dialer, secure: Self.secure)
            #expect(await injection.probe() == .known(behaviour == .keeps))
        }
    }

    @Test("where no handshake succeeds at all, nothing is known")
    func noHandshake() async throws {
        let server = Self.servers[0]
        let peer = try LoopbackPeer { _, socket in serve(server, .throwsAway, socket) }
        defer { peer.stop() }
        try await withNetwork { network in
            let dialer = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: peer.port))
            let injection = PlaintextInjection(startTLS: .smtp, host: "x", dialer: dialer) { _ in
                .failure(TransportFailure(.protocolError, "x"))
            }
            #expect(
                await injection.probe()
                    == .unknown(Undecided(.protocolError, "no handshake succeeds after STARTTLS (protocol-error: x)")))
        }
    }

    @Test(
        "protocols without a command to inject are not tried", arguments: [StartTLSProtocol.ldap, .xmpp, .xmppServer, .mysql, .irc, .rdp])
    func untested(startTLS: StartTLSProtocol) async throws {
        try await withNetwork { network in
            let port = try LoopbackPeer.unusedPort()
            let dialer = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: port))
            let fact = await PlaintextInjection(startTLS: startTLS, host: "x", dialer: dialer, secure: Self.secure).probe()
            guard case .untested = fact else {
                Issue.record("\(fact)")
                return
            }
            #expect(dialer.budget.connectionCount == 0)
        }
    }
}
