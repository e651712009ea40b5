import OpenSSL
import Testing

@testable import TLSInspector

@Suite("Messages of a server's handshake")
struct HandshakeMessagesTests {
    @Test("a chain of TLS 1.2 is its certificates")
    func certificate() throws {
        let message = try CertificateMessage(CapturedMessages.certificate12)
        #expect(message.certificates.map(\.count) == [368])
        #expect(message.certificates[0].starts(with: [0x30, 0x82]))
        #expect(try CertificateMessage([0, 0, 0]).certificates.isEmpty)
    }

    @Test("a chain of TLS 1.3 has a stapled response and timestamps beside its certificate")
    func certificate13() throws {
        let message = try CertificateMessage13(CapturedMessages.certificate13)
        #expect(message.requestContext.isEmpty)
        #expect(message.certificates.count == 1)
        #expect(message.certificates == (try CertificateMessage(CapturedMessages.certificate12).certificates))
        #expect(message.entries[0].stapledResponse == (try CertificateStatusMessage(CapturedMessages.status).response))
        let timestamp = try #require(message.entries[0].timestamps).timestamps[0]
        // Version 1, and the id of the log that the test's server had.
        #expect(timestamp.starts(with: [0] + Array(UInt8(0)..<32)))
        #expect(timestamp.count == 51)
        #expect(message.entries[0].extensions.map(\.type) == [.signedCertificateTimestamp, .statusRequest])
    }

    @Test("a chain of more certificates than anybody sends is refused")
    func tooMany() throws {
        func body(_ count: Int) -> [UInt8] {
            var list: [UInt8] = []
            for _ in 0..<count { list += [0, 0, 1, 0x30] }
            return [0] + [UInt8(list.count >> 8), UInt8(list.count & 0xFF)] + list
        }
        #expect(try CertificateMessage(body(ServedChain.maximumCount)).certificates.count == ServedChain.maximumCount)
        #expect(throws: WireError.oversized("a list of certificates")) { try CertificateMessage(body(ServedChain.maximumCount + 1)) }
        #expect(throws: WireError.malformed("an empty certificate")) { try CertificateMessage([0, 0, 3, 0, 0, 0]) }
    }

    @Test("a stapled response is DER, and no other kind of status is read")
    func status() throws {
        let message = try CertificateStatusMessage(CapturedMessages.status)
        #expect(message.response.count == 337)
        #expect(throws: WireError.self) { try CertificateStatusMessage([2, 0, 0, 1, 0x30]) }
        #expect(throws: WireError.self) { try CertificateStatusMessage([1, 0, 0, 0]) }
    }

    @Test("timestamps of TLS 1.2 stand in the ServerHello")
    func timestamps() throws {
        let hello = try ServerHello(CapturedMessages.serverHelloWithTimestamps)
        let list = try SignedCertificateTimestampList(try #require(hello[.signedCertificateTimestamp]))
        #expect(list.timestamps.map(\.count) == [51])
        #expect(throws: WireError.self) { try SignedCertificateTimestampList([0, 0]) }
        #expect(throws: WireError.self) { try SignedCertificateTimestampList([0, 2, 0, 0]) }
        let many = [UInt8](repeating: 0, count: 3 * 65).enumerated().map { $0.offset % 3 == 1 ? UInt8(1) : 7 }
        let entries = many.enumerated().map { $0.offset % 3 == 0 ? UInt8(0) : $0.element }
        #expect(throws: WireError.oversized("a list of certificate timestamps")) {
            try SignedCertificateTimestampList([0, UInt8(entries.count)] + entries)
        }
    }

    @Test("a request for a certificate names authorities, and from TLS 1.2 on signature schemes")
    func requests() throws {
        let authority = try #require(try CertificateRequest(CapturedMessages.request12, version: .tls12).authorities.first)
        #expect(authority.starts(with: [0x30, 0x24]))
        #expect(String(decoding: authority.suffix(7), as: UTF8.self) == "Test CA")
        let old = try CertificateRequest(CapturedMessages.request11, version: .tls11)
        #expect(old.authorities == [authority] && old.signatureSchemes.isEmpty && old.certificateTypes.contains(1))
        let new = try CertificateRequest(CapturedMessages.request12, version: .tls12)
        #expect(new.authorities == [authority] && new.signatureSchemes.first?.name == "ecdsa_secp256r1_sha256")
        let newest = try CertificateRequest13(CapturedMessages.request13)
        #expect(newest.authorities == [authority] && newest.context.isEmpty && newest.signatureSchemes.first?.rawValue == 0x0403)
        #expect(throws: WireError.malformed("a CertificateRequest without signature schemes")) { try CertificateRequest13([0, 0, 0]) }
    }

    @Test("the chosen protocol stands in EncryptedExtensions")
    func encryptedExtensions() throws {
        let extensions = try EncryptedExtensions(CapturedMessages.encryptedExtensions)
        #expect(try extensions.applicationProtocol() == Array("h2".utf8))
        #expect(extensions[.earlyData] == nil)
        let none = try EncryptedExtensions([0, 0])
        #expect(try none.applicationProtocol() == nil)
        #expect(throws: WireError.self) { try EncryptedExtensions.chosenProtocol([0, 6, 2, 0x68, 0x32, 2, 0x68, 0x33]) }
        #expect(throws: WireError.self) { try EncryptedExtensions.chosenProtocol([0, 1, 0]) }
    }

    @Test("tickets tell how long they live, and in TLS 1.3 how much early data they allow")
    func tickets() throws {
        let old = try NewSessionTicket(CapturedMessages.ticket12)
        #expect(old.lifetime == 7200 && old.ticket.count == 176)
        let new = try NewSessionTicket13(CapturedMessages.ticket13)
        #expect(new.lifetime == 7200 && new.nonce == [UInt8](repeating: 0, count: 8) && new.maximumEarlyData == 16384)
        let plain = try NewSessionTicket13([0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9, 0, 0])
        #expect(plain.lifetime == 1 && plain.ageAdd == 2 && plain.ticket == [9] && plain.maximumEarlyData == nil)
        #expect(throws: WireError.malformed("an empty ticket")) { try NewSessionTicket13([0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0]) }
    }
}

/// What must hold for every parser, whatever its message says.
@Suite("Messages that are not what they should be")
struct BrokenMessagesTests {
    static let messages: [ParserCase] = [
        ParserCase("Certificate", CapturedMessages.certificate12) { _ = try CertificateMessage($0) },
        ParserCase("Certificate 1.3", CapturedMessages.certificate13) { _ = try CertificateMessage13($0) },
        ParserCase("CertificateStatus", CapturedMessages.status) { _ = try CertificateStatusMessage($0) },
        ParserCase("ServerHello", CapturedMessages.serverHelloWithTimestamps) { bytes in
            // Without extensions it is whole too, as it was before RFC 3546.
            if try ServerHello(bytes).extensions.isEmpty { throw WireError.truncated("its extensions") }
        },
        ParserCase("CertificateRequest 1.1", CapturedMessages.request11) { _ = try CertificateRequest($0, version: .tls11) },
        ParserCase("CertificateRequest 1.2", CapturedMessages.request12) { _ = try CertificateRequest($0, version: .tls12) },
        ParserCase("CertificateRequest 1.3", CapturedMessages.request13) { _ = try CertificateRequest13($0) },
        ParserCase("EncryptedExtensions", CapturedMessages.encryptedExtensions) { _ = try EncryptedExtensions($0).applicationProtocol() },
        ParserCase("NewSessionTicket", CapturedMessages.ticket12) { _ = try NewSessionTicket($0) },
        ParserCase("NewSessionTicket 1.3", CapturedMessages.ticket13) { _ = try NewSessionTicket13($0) },
        ParserCase("ECDHE", CapturedMessages.ecdheECDSA) {
            _ = try ServerKeyExchange($0, keyExchange: .ecdhe, isSigned: true, version: .tls12)
        },
        ParserCase("ECDHE, TLS 1.0", CapturedMessages.ecdheRSA10) {
            _ = try ServerKeyExchange($0, keyExchange: .ecdhe, isSigned: true, version: .tls10)
        },
        ParserCase("DHE", CapturedMessages.dheRSA) { _ = try ServerKeyExchange($0, keyExchange: .dhe, isSigned: true, version: .tls12) },
        ParserCase("PSK", CapturedMessages.psk) { _ = try ServerKeyExchange($0, keyExchange: .psk, isSigned: false, version: .tls12) },
        ParserCase("DHE_PSK", CapturedMessages.dhePSK) {
            _ = try ServerKeyExchange($0, keyExchange: .dhePSK, isSigned: false, version: .tls12)
        },
        ParserCase("ECDHE_PSK", CapturedMessages.ecdhePSK) {
            _ = try ServerKeyExchange($0, keyExchange: .ecdhePSK, isSigned: false, version: .tls12)
        },
        ParserCase("RSA_EXPORT", ServerKeyExchangeTests.exportRSA) {
            _ = try ServerKeyExchange($0, keyExchange: .rsaExport, isSigned: true, version: .tls10)
        },
        ParserCase("explicit curve", ServerKeyExchangeTests.explicitBinary) {
            _ = try ServerKeyExchange($0, keyExchange: .ecdhe, isSigned: false, version: .tls12)
        },
        ParserCase("SERVER-HELLO", SSL2Tests.serverHello) { _ = try SSL2ServerHello($0) },
    ]

    @Test("a message that is cut off anywhere is refused", arguments: messages)
    func truncations(_ message: ParserCase) throws {
        try message.read(message.bytes)
        for count in 0..<message.bytes.count {
            #expect(throws: WireError.self, "\(count) bytes") { try message.read(Array(message.bytes[..<count])) }
        }
    }

    @Test("a byte behind a message is refused", arguments: messages)
    func trailing(_ message: ParserCase) {
        #expect(throws: WireError.self) { try message.read(message.bytes + [0]) }
    }

    @Test("a flipped bit gives an answer or an error, and never stops the program", arguments: messages)
    func flippedBits(_ message: ParserCase) {
        var judged = 0
        for position in message.bytes.indices {
            for bit in 0..<8 {
                var bytes = message.bytes
                bytes[position] ^= 1 << UInt8(bit)
                do {
                    try message.read(bytes)
                } catch {
                    #expect(error is WireError)
                }
                judged += 1
            }
        }
        #expect(judged == message.bytes.count * 8)
    }
}

/// One parser and a message that it reads.
struct ParserCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var read: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, _ bytes: [UInt8], _ read: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.testDescription = name
        self.bytes = bytes
        self.read = read
    }
}
