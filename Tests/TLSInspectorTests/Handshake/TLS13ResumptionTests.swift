import OpenSSL
import Synchronization
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Taking up sessions of TLS 1.3 again")
struct TLS13ResumptionTests {
    private static let ticket: [UInt8] = [0, 0, 0, 9, 0xFF, 0xFF, 0xFF, 0xFF, 1, 7, 0, 2, 8, 8, 0, 0]
    private static let hello = ClientHello(
        legacyVersion: 0x0303, recordVersion: 0x0301, random: [UInt8](repeating: 1, count: 32), cipherSuites: TLS13Suite.spoken,
        extensions: [.pskKeyExchangeModes])

    @Test("the proof is over the age that is sent, however the clock goes on in between", arguments: [0x1301, 0x1302] as [UInt16])
    func proof(number: UInt16) throws {
        let suite = try #require(TLS13Suite(CipherSuite(rawValue: number)))
        let digest = suite.digest
        let key = [UInt8](repeating: 3, count: digest.byteCount)
        // A second passes with each look at it.
        let start = ContinuousClock.now
        let looks = Mutex(0)
        let resumption = TLS13Resumption(
            try NewSessionTicket13(Self.ticket), suite: suite, key: try SecretBytes(copying: key.bytes),
            clock: {
                start
                    + .seconds(
                        looks.withLock {
                            $0 += 1; return $0
                        })
            })
        let message = try resumption.message(of: Self.hello, transcript: TLS13Transcript())
        let encoded = message.encoded
        // The binder, its length, and that of the list.
        let truncated = Array(encoded.dropLast(digest.byteCount + 3))
        let schedule = try TLS13KeySchedule(digest, preSharedKey: try SecretBytes(copying: key.bytes))
        let base = try schedule.derive("res binder", transcriptHash: Digest.hash(digest, [UInt8]().bytes))
        let expected = try TLS13KeySchedule.verifyData(digest, base: base, transcriptHash: Digest.hash(digest, truncated.bytes))
        #expect(Array(encoded.suffix(digest.byteCount)) == expected)
        // The ticket with its length, and one second, over which the added age wraps around.
        #expect(truncated.suffix(8) == [0, 2, 8, 8, 0, 0, 0x03, 0xE7])
    }

    @Test("a session is taken up again every time", .enabled(if: Command.isInstalled(HandshakeCertificates.openssl)))
    func everyTime() async throws {
        let peer = try TLS13HandshakeTests.server(HandshakeCertificates.ecdsa, ["-www"])
        for _ in 0..<20 {
            let report = await CountingDialer(peer.port).probes().run(offered: [.tls13])
            #expect(report.sessions.resumesInTLS13 == .known(true))
        }
    }
}
