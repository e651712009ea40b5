import OpenSSL
import Testing

@testable import TLSInspector

/// A server of TLS 1.3 that speaks correctly but for one thing, in memory: it answers the first hello and every later message at once.
///
/// Unchecked: one task talks to it.
final class FabricatedServer13: PeerConnection, @unchecked Sendable {
    enum Fault: Sendable {
        case none, wrongFinished, brokenTag, cutOff, endlessRetry, retryForSentGroup, retryForNothing, unofferedSuite, otherSessionID,
            olderVersion
        case shareOfSmallOrder, noShare, unsolicitedPSK, plaintextRecord, emptyHandshakeRecord, changeCipherSpecFlood, hugeMessage,
            noCertificates
        case certificateTwice, acrossKeys, alert, alertWithoutEncryption, dataInsideHandshake, ticketFlood, keyUpdateFlood, heartbeat
        case silentClose
    }

    private let fault: Fault
    private let suite: TLS13Suite
    private var transcript = TLS13Transcript()
    private var share: KeyShare
    private var sending: TLS13RecordProtection?
    private var answers: [[UInt8]] = []
    private var helloCount = 0

    init(_ fault: Fault) throws {
        self.fault = fault
        self.suite = try #require(TLS13Suite(CipherSuite(rawValue: 0x1301)))
        self.share = try KeyShare(.x25519)
    }

    func send(_ bytes: [UInt8]) async throws(TransportFailure) {
        do {
            var stream = RecordStream()
            stream.append(bytes)
            while let record = try stream.next() {
                if record.type == .handshake { answers.append(try answer(toHello: Array(record.fragment.dropFirst(4)))) }
                if record.type == .applicationData { try answerFinished() }
            }
        } catch {
            throw TransportFailure(.protocolError, "\(error)")
        }
    }

    func receive() async throws(TransportFailure) -> [UInt8] { answers.isEmpty ? [] : answers.removeFirst() }
    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] { try await receive() }
    func close() async {}

    private func answer(toHello body: [UInt8]) throws -> [UInt8] {
        helloCount += 1
        var reader = ByteReader(body)
        _ = try reader.take(34, "a hello")
        let sessionID = Array(try reader.vector8("a hello"))
        try transcript.append(HandshakeMessage(type: .clientHello, body: body))
        switch fault {
        case .endlessRetry: return hello(sessionID, random: ServerHello.helloRetryRequestRandom, [.init(.cookie, [0, 1, 7])]).record
        case .retryForSentGroup:
            return hello(sessionID, random: ServerHello.helloRetryRequestRandom, [.init(.keyShare, [0, 29])]).record
        case .retryForNothing: return hello(sessionID, random: ServerHello.helloRetryRequestRandom, []).record
        case .silentClose: return []
        case .alert: return Record(type: .alert, version: 0x0303, fragment: [2, 40]).encoded
        case .heartbeat: return Record(type: .heartbeat, version: 0x0303, fragment: [1, 0, 0]).encoded
        default: return try flight(sessionID, try Self.clientShare(&reader))
        }
    }

    private static func clientShare(_ reader: inout ByteReader) throws -> [UInt8] {
        _ = try reader.vector16("the suites")
        _ = try reader.vector8("the compression")
        let extensions = try ServerHello.extensions(&reader)
        // A list with one share: its length, the group, the length of the key.
        return Array(try #require(extensions.first { $0.type == .keyShare }).body.dropFirst(6))
    }

    private func hello(_ sessionID: [UInt8], random: [UInt8], _ extensions: [ClientHello.Extension]) -> HandshakeMessage {
        var body: [UInt8] = [3, 3] + random
        body.append(vector8: fault == .otherSessionID ? [UInt8](repeating: 1, count: 32) : sessionID)
        body.append(uint16: fault == .unofferedSuite ? 0x1307 : 0x1301)
        body.append(0)
        var list: [UInt8] = []
        let version = ClientHello.Extension(.supportedVersions, [3, 4])
        for item in (fault == .olderVersion ? [] : [version]) + extensions {
            list.append(uint16: item.type.rawValue)
            list.append(vector16: item.body)
        }
        body.append(vector16: list)
        return HandshakeMessage(type: .serverHello, body: body)
    }

    private func flight(_ sessionID: [UInt8], _ clientShare: [UInt8]) throws -> [UInt8] {
        var shareBody: [UInt8] = [0, 29]
        shareBody.append(vector16: fault == .shareOfSmallOrder ? [UInt8](repeating: 0, count: 32) : share.publicValue)
        var extensions = fault == .noShare ? [] : [ClientHello.Extension(.keyShare, shareBody)]
        if fault == .unsolicitedPSK { extensions.append(.init(.preSharedKey, [0, 0])) }
        let hello = hello(sessionID, random: [UInt8](repeating: 5, count: 32), extensions)
        try transcript.append(hello)
        let secret = try share.sharedSecret(with: clientShare)
        var schedule = try TLS13KeySchedule(.sha256)
        try schedule.mix(secret)
        let server = try schedule.derive("s hs traffic", transcriptHash: transcript.hash(.sha256))
        sending = try TLS13RecordProtection(suite, secret: try server.copy())
        var bytes = hello.record
        if fault == .acrossKeys { bytes = Record(type: .handshake, version: 0x0303, fragment: hello.encoded + [8, 0]).encoded }
        if fault == .changeCipherSpecFlood {
            for _ in 0..<9 { bytes += Record(type: .changeCipherSpec, version: 0x0303, fragment: [1]).encoded }
        }
        if fault == .plaintextRecord { bytes += HandshakeMessage(type: .encryptedExtensions, body: [0, 0]).record }
        if fault == .alertWithoutEncryption { bytes += Record(type: .alert, version: 0x0303, fragment: [2, 51]).encoded }
        for message in messages { bytes += try seal(message) }
        let finished = try TLS13KeySchedule.verifyData(.sha256, base: server, transcriptHash: transcript.hash(.sha256))
        bytes += try seal(HandshakeMessage(type: .finished, body: fault == .wrongFinished ? finished.map { $0 ^ 1 } : finished))
        try schedule.mixNothing()
        sending = try TLS13RecordProtection(suite, secret: try schedule.derive("s ap traffic", transcriptHash: transcript.hash(.sha256)))
        if fault == .brokenTag { bytes[bytes.count - 1] ^= 1 }
        return fault == .cutOff ? Array(bytes.dropLast(9)) : bytes
    }

    private var messages: [HandshakeMessage] {
        var certificate: [UInt8] = [0]
        var entry: [UInt8] = []
        entry.append(uint24: 3)
        entry += [1, 2, 3, 0, 0]
        certificate.append(uint24: fault == .noCertificates ? 0 : entry.count)
        if fault != .noCertificates { certificate += entry }
        let chain = HandshakeMessage(type: .certificate, body: certificate)
        return [HandshakeMessage(type: .encryptedExtensions, body: [0, 0]), chain] + (fault == .certificateTwice ? [chain] : [])
            + [HandshakeMessage(type: .certificateVerify, body: [4, 3, 0, 1, 9])]
    }

    private func seal(_ message: HandshakeMessage) throws -> [UInt8] {
        try transcript.append(message)
        var bytes: [UInt8] = []
        if fault == .emptyHandshakeRecord { bytes += try encrypt(.handshake, []) }
        if fault == .dataInsideHandshake { bytes += try encrypt(.applicationData, [1]) }
        if fault == .hugeMessage { return bytes + (try encrypt(.handshake, [11, 0xFF, 0xFF, 0xFF])) }
        return bytes + (try encrypt(.handshake, message.encoded))
    }

    private func encrypt(_ type: Record.ContentType, _ content: [UInt8]) throws -> [UInt8] {
        try #require(try sending?.seal(type, content))
    }

    /// What comes behind the client's Finished, which is believed.
    private func answerFinished() throws {
        let ticket = HandshakeMessage(type: .newSessionTicket, body: [0, 0, 0, 9, 1, 2, 3, 4, 1, 7, 0, 2, 8, 8, 0, 0])
        switch fault {
        case .ticketFlood: for _ in 0..<3 { answers.append(try encrypt(.handshake, (0..<9).flatMap { _ in ticket.encoded })) }
        case .keyUpdateFlood:
            for _ in 0..<9 {
                answers.append(try encrypt(.handshake, [24, 0, 0, 1, 0]))
                sending = try sending?.updated()
            }
        default: answers.append(try encrypt(.handshake, ticket.encoded))
        }
    }
}

extension HandshakeMessage {
    fileprivate var record: [UInt8] { Record.records(.handshake, version: 0x0303, encoded) }
}
