import Testing

@testable import TLSInspector

/// A talk before TLS: what the server says, and what the client has to answer.
struct Transcript: Sendable, CustomTestStringConvertible {
    enum Line: Sendable {
        case server([UInt8])
        case client([UInt8])
    }

    let startTLS: StartTLSProtocol
    let name: String
    let lines: [Line]

    init(_ startTLS: StartTLSProtocol, _ name: String, _ lines: [Line]) {
        self.startTLS = startTLS
        self.name = name
        self.lines = lines
    }

    var testDescription: String { "\(startTLS.rawValue): \(name)" }

    /// Plays it with the server's words cut into pieces.
    /// - Returns: whether TLS may begin at the end, and not before.
    func play(pieceByteCount: Int) throws -> Bool {
        var talk = Talk(startTLS.negotiation(host: "example.org"))
        var expected: [UInt8] = []
        for line in lines {
            switch line {
            case .client(let words): expected += words
            case .server(let words):
                guard talk.sent == expected else { throw Mismatch(sent: talk.sent, expected: expected) }
                guard !talk.isReady else { throw Mismatch(sent: [], expected: words) }
                for piece in words.pieces(of: pieceByteCount) { try talk.hear(piece) }
            }
        }
        guard talk.sent == expected else { throw Mismatch(sent: talk.sent, expected: expected) }
        return talk.isReady
    }

    /// All that the server says.
    var serverBytes: [UInt8] {
        lines.reduce(into: []) { bytes, line in
            if case .server(let words) = line { bytes += words }
        }
    }

    struct Mismatch: Error, CustomStringConvertible {
        let sent: [UInt8]
        let expected: [UInt8]
        var description: String { "sent \(PeerText.shown(sent)), not \(PeerText.shown(expected))" }
    }
}

/// A negotiation and what it has said so far.
struct Talk {
    private var negotiation: any StartTLSNegotiation
    private(set) var sent: [UInt8]
    private(set) var isReady = false

    init(_ negotiation: any StartTLSNegotiation) {
        self.negotiation = negotiation
        sent = negotiation.opening
    }

    mutating func hear(_ bytes: [UInt8]) throws(PreambleFailure) {
        var next = bytes
        while true {
            switch try negotiation.receive(next) {
            case .needMore: return
            case .ready:
                isReady = true
                return
            case .send(let words):
                sent += words
                next = []
            }
        }
    }
}

extension [UInt8] {
    func pieces(of byteCount: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: byteCount).map { Array(self[$0..<Swift.min($0 + byteCount, count)]) }
    }
}

func server(_ text: String) -> Transcript.Line { .server(Array(text.utf8)) }
func client(_ text: String) -> Transcript.Line { .client(Array(text.utf8)) }
