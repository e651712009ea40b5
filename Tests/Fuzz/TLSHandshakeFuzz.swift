// Feeds bytes to all that takes part in handshakes: to the client of TLS 1.3 in the clear and, by way of a server that has the right keys, as
// what is encrypted; to libssl's; to the reader of HTTP heads; and to the reader of names. No input may trap them, and what they keep is
// bounded.
//
// `make fuzz` compiles and runs this.

import OpenSSL

@testable import TLSInspector

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLSHandshake(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: min(count, 64 * 1024)))
    guard let selector = bytes.first else { return 0 }
    let input = Array(bytes.dropFirst())
    switch selector & 3 {
    case 0: clear(input)
    case 1: encrypted(input, isBehindFinished: selector & 4 != 0)
    case 2: libssl(input)
    default: texts(input)
    }
    return 0
}

private func clear(_ input: [UInt8]) {
    do {
        let client = try TLS13Client(TLS13Offer())
        _ = try client.begin()
        // In two pieces, wherever the border lies.
        let middle = input.count / 2
        _ = try client.receive(Array(input[..<middle]))
        _ = try client.receive(Array(input[middle...]))
    } catch {
        return
    }
}

/// The ServerHello is right, so that what follows is read with keys. Each record of the input begins with its type and a length of two bytes.
private func encrypted(_ input: [UInt8], isBehindFinished: Bool) {
    do {
        let client = try TLS13Client(TLS13Offer())
        let server = try Server(hello: try client.begin())
        _ = try client.receive(server.hello)
        if isBehindFinished {
            for message in Server.messages { _ = try client.receive(try server.seal(.handshake, message)) }
            _ = try client.receive(try server.finish())
            precondition(client.flight?.isFinishedVerified == true, "the right Finished is refused")
            _ = try client.finish()
        }
        var reader = ByteReader(input)
        while !reader.isAtEnd {
            guard let type = Record.ContentType(rawValue: try reader.uint8("a type") % 5 + 20) else { return }
            _ = try client.receive(try server.seal(type, Array(try reader.vector16("a record"))))
        }
        precondition(client.tickets.count <= TLS13Client.maximumTicketCount)
        _ = try client.nextResumption()
    } catch {
        return
    }
}

private func libssl(_ input: [UInt8]) {
    do {
        let session = try TLSClientSession(TLSClientConfiguration())
        _ = try session.handshake()
        try session.feed(input)
        _ = try session.handshake()
    } catch {
        return
    }
}

private func texts(_ input: [UInt8]) {
    if let head = try? HTTPHead(input) {
        precondition((100...999).contains(head.status) && head.fields.count <= HTTPHead.maximumFieldCount)
        precondition(head.fields.allSatisfy { $0.value.utf8.count <= HTTPHead.maximumValueByteCount })
        _ = HTTPFacts(head)
    }
    _ = try? DistinguishedName.text(der: input)
}

/// Knows the keys, and encrypts whatever it is given.
private final class Server {
    static let messages: [[UInt8]] = [
        [8, 0, 0, 2, 0, 0], [11, 0, 0, 12, 0, 0, 0, 8, 0, 0, 3, 1, 2, 3, 0, 0], [15, 0, 0, 5, 4, 3, 0, 1, 9],
    ]

    let hello: [UInt8]
    private var transcript = TLS13Transcript()
    private var schedule: TLS13KeySchedule
    private let secret: SecretBytes
    private var protection: TLS13RecordProtection?

    init(hello record: [UInt8]) throws {
        let body = Array(record.dropFirst(9))
        try transcript.append(HandshakeMessage(type: .clientHello, body: body))
        var reader = ByteReader(body)
        _ = try reader.take(34, "a hello")
        let sessionID = Array(try reader.vector8("a hello"))
        _ = try reader.vector16("the suites")
        _ = try reader.vector8("the compression")
        let extensions = try ServerHello.extensions(&reader)
        let share = try KeyShare(.x25519)
        let peer = Array(extensions.first { $0.type == .keyShare }?.body.dropFirst(6) ?? [])
        var answer: [UInt8] = [3, 3] + [UInt8](repeating: 5, count: 32)
        answer.append(vector8: sessionID)
        answer += [0x13, 0x01, 0, 0, 46, 0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0, 29, 0, 32] + share.publicValue
        let message = HandshakeMessage(type: .serverHello, body: answer)
        try transcript.append(message)
        var schedule = try TLS13KeySchedule(.sha256)
        try schedule.mix(try share.sharedSecret(with: peer))
        self.secret = try schedule.derive("s hs traffic", transcriptHash: try transcript.hash(.sha256))
        self.schedule = schedule
        self.hello = Record.records(.handshake, version: 0x0303, message.encoded)
        self.protection = try TLS13RecordProtection(Self.suite, secret: try secret.copy())
    }

    private static var suite: TLS13Suite {
        guard let suite = TLS13Suite(CipherSuite(rawValue: 0x1301)) else { preconditionFailure("a suite that every client has") }
        return suite
    }

    func seal(_ type: Record.ContentType, _ content: [UInt8]) throws -> [UInt8] {
        if type == .handshake, content.count >= 4, let first = content.first {
            try transcript.append(HandshakeMessage(type: .init(rawValue: first), body: Array(content.dropFirst(4))))
        }
        return try protection?.seal(type, content) ?? []
    }

    func finish() throws -> [UInt8] {
        let data = try TLS13KeySchedule.verifyData(.sha256, base: secret, transcriptHash: try transcript.hash(.sha256))
        let record = try seal(.handshake, HandshakeMessage(type: .finished, body: data).encoded)
        try schedule.mixNothing()
        let next = try schedule.derive("s ap traffic", transcriptHash: try transcript.hash(.sha256))
        protection = try TLS13RecordProtection(Self.suite, secret: next)
        return record
    }
}
