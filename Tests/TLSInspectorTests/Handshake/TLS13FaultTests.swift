import OpenSSL
import Testing

@testable import TLSInspector

@Suite("Servers that break the rules of TLS 1.3")
struct TLS13FaultTests {
    private static func malformed(_ what: String) -> HandshakeFailure { .wire(.malformed(what)) }

    private static let order = malformed("the order of the handshake messages")

    @Test(
        "each is told by what it does",
        arguments: [
            (.brokenTag, malformed("the tag of an encrypted record")),
            (.cutOff, .transport(TransportFailure(.closed, "the server closed the connection"))),
            (.silentClose, .transport(TransportFailure(.closed, "the server closed the connection"))),
            (.endlessRetry, malformed("a second HelloRetryRequest")),
            (.retryForSentGroup, malformed("the group of a HelloRetryRequest")),
            (.retryForNothing, malformed("a HelloRetryRequest that asks for nothing")),
            (.unofferedSuite, malformed("a cipher suite that was not offered")),
            (.otherSessionID, malformed("a ServerHello")),
            (.olderVersion, .unsupported("the server answered a hello of TLSv1.3 with TLSv1.2")),
            (.shareOfSmallOrder, malformed("the key share of the server")),
            (.noShare, malformed("a ServerHello without a key share")),
            (.unsolicitedPSK, malformed("a pre-shared key that was not offered")),
            (.plaintextRecord, malformed("a handshake record that is not encrypted")),
            (.emptyHandshakeRecord, malformed("an empty handshake record")),
            (.changeCipherSpecFlood, malformed("a ChangeCipherSpec")),
            (.hugeMessage, .wire(.oversized("a handshake message"))),
            (.noCertificates, malformed("a Certificate message without certificates")),
            (.certificateTwice, order),
            (.acrossKeys, malformed("a message across a change of keys")),
            (.alert, .alert(Alert(level: 2, code: 40))),
            (.alertWithoutEncryption, .alert(Alert(level: 2, code: 51))),
            (.dataInsideHandshake, malformed("data inside the handshake")),
            (.heartbeat, malformed("a heartbeat that nobody asked for")),
        ] as [(FabricatedServer13.Fault, HandshakeFailure)])
    func faults(fault: FabricatedServer13.Fault, expected: HandshakeFailure) async throws {
        let handshake = try TLS13Handshake(over: FabricatedServer13(fault), offering: TLS13Offer())
        await #expect(throws: expected) { _ = try await handshake.run() }
    }

    @Test("a server without a fault is understood, so the faults are what the others fail by")
    func faultless() async throws {
        let handshake = try TLS13Handshake(over: FabricatedServer13(.none), offering: TLS13Offer())
        let flight = try await handshake.run()
        #expect(flight.isFinishedVerified)
        #expect(flight.certificate.certificates == [[1, 2, 3]])
        let ending = try await handshake.finish(waiting: 100)
        #expect(ending.tickets.map(\.lifetime) == [9])
    }

    @Test("a Finished that does not fit is told, and not answered")
    func wrongFinished() async throws {
        let handshake = try TLS13Handshake(over: FabricatedServer13(.wrongFinished), offering: TLS13Offer())
        #expect(try await handshake.run().isFinishedVerified == false)
        await #expect(throws: HandshakeFailure.wire(.malformed("the server's Finished"))) { _ = try await handshake.finish(waiting: 100) }
    }

    @Test(
        "floods behind the handshake end with it",
        arguments: [
            (.ticketFlood, .wire(.oversized("a row of session tickets"))), (.keyUpdateFlood, .wire(.oversized("a row of key updates"))),
        ] as [(FabricatedServer13.Fault, HandshakeFailure)])
    func floods(fault: FabricatedServer13.Fault, expected: HandshakeFailure) async throws {
        let handshake = try TLS13Handshake(over: FabricatedServer13(fault), offering: TLS13Offer())
        _ = try await handshake.run()
        await #expect(throws: expected) {
            let ending = try await handshake.finish(waiting: 100)
            if let failure = ending.failure { throw failure }
            while try await !handshake.receiveData().isEmpty {}
        }
    }

    @Test("an offer without a group that can be computed is refused before anything is sent")
    func noGroup() throws {
        var offer = TLS13Offer()
        offer.groups = [.x25519MLKEM768]
        #expect(throws: HandshakeFailure.unsupported("no group of the offer can be computed by this program")) {
            _ = try TLS13Client(offer)
        }
    }
}
