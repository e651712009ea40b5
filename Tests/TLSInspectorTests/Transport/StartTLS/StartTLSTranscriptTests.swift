import TestSupport
import Testing

@testable import TLSInspector

@Suite("STARTTLS transcripts")
struct StartTLSTranscriptTests {
    @Test("every protocol has a transcript")
    func complete() {
        #expect(Set(Transcript.all.map(\.startTLS)) == Set(StartTLSProtocol.allCases))
    }

    @Test("a transcript ends in TLS, however the server's words are cut", arguments: Transcript.all, [1, 2, 7, 100_000])
    func play(transcript: Transcript, pieceByteCount: Int) throws {
        #expect(try transcript.play(pieceByteCount: pieceByteCount))
    }

    @Test("a transcript that is cut off never ends in TLS", arguments: Transcript.all)
    func truncated(transcript: Transcript) throws {
        // MySQL's server says one thing only, and TLS follows its last byte as well.
        let bytes = transcript.serverBytes
        var talk = Talk(transcript.startTLS.negotiation(host: "example.org"))
        for (index, byte) in bytes.enumerated() {
            #expect(!talk.isReady, "TLS began before byte \(index)")
            try talk.hear([byte])
        }
        #expect(talk.isReady)
    }

    @Test("plain text behind the consent is an attack on what follows, and is refused", arguments: Transcript.all)
    func bytesBehindConsent(transcript: Transcript) throws {
        var talk = Talk(transcript.startTLS.negotiation(host: "example.org"))
        for byte in transcript.serverBytes.dropLast() { try talk.hear([byte]) }
        guard let last = transcript.serverBytes.last else { return }
        #expect(throws: PreambleFailure.self) { try talk.hear([last, UInt8(ascii: "x")]) }
        #expect(!talk.isReady)
    }

    @Test("an endless server is refused at the limit of the line or of the talk", arguments: StartTLSProtocol.allCases)
    func endless(startTLS: StartTLSProtocol) throws {
        let floods: [[UInt8]] = [
            Array("220-x\r\n".utf8), Array("* X\r\n".utf8), Array("a".utf8), [0], Array(":x NOTICE y\r\n".utf8), Array("<a>".utf8),
            Array("\"X\"\r\n".utf8), Array("* X {5}\r\nabcde".utf8), Array("PING :x\r\n".utf8), Array("120 x\r\n".utf8),
            Array("+OK\r\n".utf8), [0x30, 0x83, 0, 0xFF, 0], [3, 0, 0x1F, 0], [0x45, 0, 0, 0x1F, 0], [0xFF, 0x1F, 0, 0],
        ]
        for flood in floods.map({ flood in Array(repeatElement(flood, count: 20).joined()) }) {
            var talk = Talk(startTLS.negotiation(host: "example.org"))
            var count = 0
            #expect(throws: PreambleFailure.self) {
                while !talk.isReady {
                    count += flood.count
                    try talk.hear(flood)
                }
            }
            #expect(count <= PreambleInput.maximumByteCount + flood.count)
        }
    }

    @Test("a flood in the middle of a talk ends at its limit", arguments: Transcript.all)
    func floodAtEveryTurn(transcript: Transcript) throws {
        let floods = [
            "* 3 EXISTS\r\n", "\"X\" \"y\"\r\n", "250-x\r\n", "220-x\r\n", "READER\r\n", "<x y='z'/>", ":x NOTICE y\r\n", "\0", "<",
        ]
        for turn in transcript.lines.indices {
            for flood in floods {
                var talk = Talk(transcript.startTLS.negotiation(host: "example.org"))
                for case .server(let words) in transcript.lines[..<turn] { try talk.hear(words) }
                if talk.isReady { continue }
                let piece = Array(String(repeating: flood, count: 100).utf8)
                var count = 0
                #expect(throws: PreambleFailure.self) {
                    while count <= 2 * PreambleInput.maximumByteCount {
                        count += piece.count
                        try talk.hear(piece)
                    }
                }
                #expect(count <= PreambleInput.maximumByteCount + piece.count)
            }
        }
    }

    @Test("words from nowhere neither trap nor end in TLS by more than chance", arguments: StartTLSProtocol.allCases)
    func garbage(startTLS: StartTLSProtocol) {
        var generator = SeededGenerator(seed: 0x5EED)
        let pieces = Transcript.all.filter { $0.startTLS == startTLS }.map(\.serverBytes)
        for round in 0..<400 {
            var bytes = round % 2 == 0 ? [] : pieces[round / 2 % pieces.count]
            if bytes.isEmpty {
                bytes = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
            } else {
                for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
            }
            var talk = Talk(startTLS.negotiation(host: "example.org"))
            do {
                for piece in bytes.pieces(of: 5) where !talk.isReady { try talk.hear(piece) }
            } catch {
                #expect(!talk.isReady)
                #expect(error.description.utf8.count <= 400)
                #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F || $0 == "…" })
            }
        }
    }
}
