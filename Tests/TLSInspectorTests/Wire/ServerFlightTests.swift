import Testing

@testable import TLSInspector

@Suite("What a server says on one connection")
struct ServerFlightTests {
    /// Everything that comes of these pieces, an error at the end in words.
    static func events(_ pieces: [[UInt8]]) -> (events: [ServerFlight.Event], error: WireError?) {
        var flight = ServerFlight()
        var events: [ServerFlight.Event] = []
        do throws(WireError) {
            for piece in pieces {
                try flight.append(piece)
                while let event = try flight.next() { events.append(event) }
            }
            if let last = try flight.finish() { events.append(last) }
            return (events, nil)
        } catch {
            return (events, error)
        }
    }

    static func types(_ bytes: [UInt8]) -> [HandshakeMessage.MessageType] {
        events([bytes]).events.compactMap { event in
            guard case .message(let message) = event else { return nil }
            return message.type
        }
    }

    @Test("a flight of TLS 1.2 is its messages")
    func flight() {
        #expect(Self.types(CapturedFlights.openssl12) == [.serverHello, .certificate, .serverKeyExchange, .serverHelloDone])
        // GnuTLS's server asks for a certificate.
        #expect(
            Self.types(CapturedFlights.gnutls12) == [.serverHello, .certificate, .serverKeyExchange, .certificateRequest, .serverHelloDone])
        #expect(Self.events([CapturedFlights.openssl12]).error == nil && Self.events([CapturedFlights.gnutls12]).error == nil)
    }

    @Test(
        "a HelloRetryRequest, and a ChangeCipherSpec that means nothing", arguments: [CapturedFlights.openssl13, CapturedFlights.gnutls13])
    func retryRequest(bytes: [UInt8]) throws {
        let events = Self.events([bytes]).events
        guard case .message(let message) = events.first else {
            Issue.record("\(events)")
            return
        }
        let hello = try ServerHello(message.body)
        #expect(hello.isHelloRetryRequest && hello.version == 0x0304 && hello.keyShareGroup == .x25519)
        #expect(events.dropFirst() == [.changeCipherSpec])
        // The answer to the second hello is in plain sight, although it comes behind the ChangeCipherSpec.
        #expect(
            Self.types(bytes + Record(type: .handshake, version: 0x0303, fragment: message.encoded).encoded) == [
                .serverHello, .serverHello,
            ])
    }

    @Test("a refusal is an alert", arguments: [CapturedFlights.opensslRefusal, CapturedFlights.gnutlsRefusal])
    func refusal(bytes: [UInt8]) {
        #expect(Self.events([bytes]).events == [.alert(Alert(level: 2, code: Alert.handshakeFailure))])
    }

    static let wholes = [
        CapturedFlights.openssl12, CapturedFlights.gnutls12, CapturedFlights.openssl13, CapturedFlights.opensslRefusal,
        Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), Array("220 mail.example ESMTP\r\n".utf8), [0x80, 3, 0, 0, 1], [0x15], [0x16, 0x02],
        [0x80],
    ]

    @Test("wherever a flight is cut in two, its events are the same", arguments: wholes)
    func splits(bytes: [UInt8]) {
        let whole = Self.events([bytes])
        for position in 1..<max(2, bytes.count) {
            let parts = Self.events([Array(bytes[..<min(position, bytes.count)]), Array(bytes[min(position, bytes.count)...])])
            // Of an answer that is no TLS, only what had come is shown.
            #expect(parts.events.count == whole.events.count && parts.error == whole.error, "\(position)")
            for (left, right) in zip(parts.events, whole.events) {
                if case .foreign(let one) = left, case .foreign(let other) = right {
                    #expect(one.kind == other.kind && other.beginning.hasPrefix(one.beginning), "\(position)")
                } else {
                    #expect(left == right, "\(position)")
                }
            }
        }
        let bytewise = Self.events(bytes.map { [$0] })
        #expect(bytewise.events.count == whole.events.count && bytewise.error == whole.error)
    }

    @Test("a flight that ends early gives what was whole, and says that it is cut off")
    func truncations() {
        let whole = Self.events([CapturedFlights.openssl12]).events
        for count in 1..<CapturedFlights.openssl12.count {
            let result = Self.events([Array(CapturedFlights.openssl12[..<count])])
            #expect(whole.starts(with: result.events))
            if result.error == nil { #expect(whole.count > result.events.count && !result.events.isEmpty) }
        }
        #expect(Self.events([[0x16, 0x03, 0x03]]).error == .truncated("what the peer sent"))
    }

    @Test(
        "a flipped bit gives events or an error, and never stops the program",
        arguments: [CapturedFlights.openssl12, CapturedFlights.openssl13])
    func flippedBits(bytes: [UInt8]) {
        for position in bytes.indices {
            for bit in 0..<8 {
                var broken = bytes
                broken[position] ^= 1 << UInt8(bit)
                let result = Self.events([broken])
                #expect(result.events.count <= 8)
            }
        }
    }

    @Test(
        "an answer that is no TLS is told by its first bytes",
        arguments: [
            (Array("HTTP/1.0 400 Bad Request\r\n".utf8), .http, "HTTP/1.0 400 Bad Request\\x0D\\x0A"),
            (Array("HTTP/".utf8), .http, "HTTP/"), (Array("HT".utf8), .other, "HT"),
            (Array("220 ready\\\r\n".utf8), .other, "220 ready\\\\\\x0D\\x0A"),
            (Array("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3 or longer".utf8), .other, "SSH-2.0-OpenSSH_9.2p1 Debian-2+d"),
            ([0x84, 0x51, 4, 0, 1, 0, 2], .ssl2, "\\x84Q\\x04\\x00\\x01\\x00\\x02"),
            ([0x80, 3, 0, 0, 1], .ssl2, "\\x80\\x03\\x00\\x00\\x01"),
            ([0x80], .other, "\\x80"), ([0xFF, 0xFF, 0xFF], .other, "\\xFF\\xFF\\xFF"), ([0x15, 0x00], .other, "\\x15\\x00"),
        ] as [([UInt8], ForeignAnswer.Kind, String)])
    func foreign(bytes: [UInt8], kind: ForeignAnswer.Kind, text: String) throws {
        let result = Self.events([bytes])
        guard case .foreign(let answer) = result.events.first else {
            Issue.record("\(result)")
            return
        }
        #expect(result.events.count == 1 && result.error == nil)
        #expect(answer.kind == kind)
        #expect(answer.beginning == text)
    }

    @Test("an answer of SSLv2 stays to be read")
    func ssl2() throws {
        var flight = ServerFlight()
        try flight.append([0x80, 3, 0])
        guard case .foreign(let answer) = try flight.next() else {
            Issue.record("not foreign")
            return
        }
        #expect(answer.kind == .ssl2)
        #expect(try flight.next() == nil)
        try flight.append([0, 1])
        #expect(try flight.next() == nil)
        #expect(try flight.finish() == nil)
        #expect(try SSL2Answer.read(flight.received) == .error(1))
    }

    @Test("what comes behind the ChangeCipherSpec of TLS 1.2 is encrypted, even an alert")
    func encrypted() throws {
        var bytes = CapturedFlights.openssl12
        let finished = Record(type: .handshake, version: 0x0303, fragment: [1, 2, 3])
        let alert = Record(type: .alert, version: 0x0303, fragment: [UInt8](repeating: 7, count: 26))
        let data = Record(type: .applicationData, version: 0x0303, fragment: [9])
        bytes += Record(type: .changeCipherSpec, version: 0x0303, fragment: [1]).encoded + finished.encoded + alert.encoded + data.encoded
        let events = Self.events([bytes]).events
        #expect(events.suffix(4) == [.changeCipherSpec, .encrypted(finished), .encrypted(alert), .applicationData(data)])
    }

    @Test("a heartbeat is an event, and two alerts in one record, or one in two, are alerts")
    func records() {
        let heartbeat = Record(type: .heartbeat, version: 0x0302, fragment: [2, 0, 0])
        #expect(Self.events([heartbeat.encoded]).events == [.heartbeat(heartbeat)])
        let two = Record(type: .alert, version: 0x0302, fragment: [1, 112, 2, 40])
        #expect(Self.events([two.encoded]).events == [.alert(Alert(level: 1, code: 112)), .alert(Alert(level: 2, code: 40))])
        let halves =
            Record(type: .alert, version: 0x0302, fragment: [2]).encoded + Record(type: .alert, version: 0x0302, fragment: [70]).encoded
        #expect(Self.events([halves]).events == [.alert(Alert(level: 2, code: 70))])
        #expect(Self.events([Record(type: .alert, version: 0x0302, fragment: [2]).encoded]).error == .truncated("what the peer sent"))
    }

    @Test("a message over many records, and many in one")
    func fragments() {
        let messages = (0..<20).map { HandshakeMessage(type: .certificateVerify, body: [UInt8](repeating: 7, count: $0)) }
        let stream = messages.flatMap(\.encoded)
        for limit in [1, 2, 3, 7, 4000] {
            let result = Self.events([Record.records(.handshake, version: 0x0303, stream, limit: limit)])
            #expect(result.events == messages.map { .message($0) } && result.error == nil, "\(limit)")
        }
    }

    @Test("no more is taken from one connection than its limit")
    func limit() throws {
        var flight = ServerFlight()
        let record = Record(type: .applicationData, version: 0x0303, fragment: [UInt8](repeating: 0, count: 16_379)).encoded
        var taken = 0
        while taken + record.count <= ServerFlight.maximumByteCount {
            try flight.append(record)
            #expect(try flight.next() != nil)
            taken += record.count
        }
        #expect(throws: WireError.oversized("what the peer sent")) { try flight.append(record) }
    }

    @Test("empty records are borne a while, and no longer")
    func emptyRecords() {
        let empty = Record(type: .handshake, version: 0x0303, fragment: []).encoded
        let some = [UInt8]((0..<ServerFlight.maximumEmptyRecordCount).map { _ in empty }.joined())
        #expect(Self.events([some]).error == nil)
        #expect(Self.events([some + empty]).error == .oversized("a row of empty records"))
    }

    @Test("a message that is announced too long, a ChangeCipherSpec with another content, and no TLS behind TLS are refused")
    func malformed() {
        let long = Record(type: .handshake, version: 0x0303, fragment: [11, 0xFF, 0xFF, 0xFF, 0]).encoded
        #expect(Self.events([long]).error == .oversized("a handshake message"))
        #expect(
            Self.events([Record(type: .changeCipherSpec, version: 0x0303, fragment: [2]).encoded]).error == .malformed("a ChangeCipherSpec")
        )
        #expect(Self.events([CapturedFlights.opensslRefusal + Array("HTTP".utf8)]).error != nil)
        let hello = Record(type: .handshake, version: 0x0303, fragment: HandshakeMessage(type: .serverHello, body: [3, 3]).encoded).encoded
        #expect(Self.events([hello]).error == .truncated("a ServerHello"))
    }

    @Test("nothing at all is nothing")
    func nothing() throws {
        var flight = ServerFlight()
        #expect(try flight.next() == nil)
        #expect(try flight.finish() == nil)
        #expect(!flight.isInMessage)
    }
}
