import OpenSSL
import Testing

@Suite("A TLS client over memory")
struct TLSClientSessionTests {
    @Test("it begins with a hello, and wants an answer")
    func hello() throws {
        let session = try TLSClientSession(TLSClientConfiguration())
        #expect(try session.handshake() == .wantsBytes)
        let hello = session.takeOutput()
        // A handshake record, as long as it says.
        #expect(hello.first == 22)
        #expect(hello.count == 5 + Int(hello[3]) << 8 + Int(hello[4]))
        #expect(session.takeOutput().isEmpty)
        #expect(session.certificateRequests.isEmpty && session.receivedAlerts.isEmpty && !session.isResumed)
    }

    @Test("what is offered is what was asked for")
    func offer() throws {
        var configuration = TLSClientConfiguration()
        configuration.maximumVersion = 0x0303
        configuration.serverName = "name.example"
        configuration.applicationProtocols = ["first/1"]
        configuration.cipherList = "AES128-SHA"
        let session = try TLSClientSession(configuration)
        _ = try session.handshake()
        let hello = session.takeOutput()
        #expect(contains(hello, Array("name.example".utf8)) && contains(hello, Array("first/1".utf8)))
        // The suite and the SCSV of RFC 5746, behind their length.
        #expect(contains(hello, [0, 4, 0, 0x2F, 0, 0xFF]))
    }

    @Test("values that cannot be said are refused")
    func invalid() throws {
        let changes: [(inout TLSClientConfiguration) -> Void] = [
            { $0.applicationProtocols = [""] }, { $0.applicationProtocols = [String(repeating: "a", count: 256)] },
            { $0.serverName = "" }, { $0.serverName = "a\0b" }, { $0.cipherList = "NO-SUCH-SUITE" }, { $0.minimumVersion = 0x0299 },
        ]
        for (index, change) in changes.enumerated() {
            var configuration = TLSClientConfiguration()
            change(&configuration)
            #expect(try failure { _ = try TLSClientSession(configuration) } == .invalidInput, "change \(index)")
        }
        #expect(Library.peekError() == 0)
    }

    @Test("a certificate or key that cannot be read is refused, without asking anybody for a passphrase")
    func identity() throws {
        for (chain, key) in [("x", "y"), ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "")] {
            var configuration = TLSClientConfiguration()
            (configuration.certificateChain, configuration.privateKey) = (Array(chain.utf8), Array(key.utf8))
            #expect(try failure { _ = try TLSClientSession(configuration) } == .invalidKey)
        }
        #expect(Library.peekError() == 0)
    }

    @Test("an answer that is no TLS ends it, with libssl's reason")
    func noTLS() throws {
        let session = try TLSClientSession(TLSClientConfiguration())
        _ = try session.handshake()
        try session.feed(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        #expect(throws: OpenSSLError(code: .libraryFailure, operation: "TLS handshake", reason: "wrong version number")) {
            _ = try session.handshake()
        }
        #expect(Library.peekError() == 0)
    }

    @Test("an alert of the peer is told")
    func alert() throws {
        let session = try TLSClientSession(TLSClientConfiguration())
        _ = try session.handshake()
        try session.feed([21, 3, 3, 0, 2, 2, 40])
        #expect(try failure { _ = try session.handshake() } == .libraryFailure)
        #expect(session.receivedAlerts.map(\.code) == [40])
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool { bytes.firstRange(of: part) != nil }
}
