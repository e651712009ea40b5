@testable import TLSInspector

/// libFuzzer's entry: no input may trap a talk before TLS, and cutting it elsewhere must not change what it comes to.
///
/// The first byte chooses the protocol, the rest is what the server says.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzStartTLS(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let startTLS = StartTLSProtocol.allCases[Int(first) % StartTLSProtocol.allCases.count]
    let said = Array(bytes.dropFirst())

    let stepped = talk(startTLS, said.map { [$0] })
    let whole = talk(startTLS, [Array(said.prefix(stepped.heardByteCount))])
    precondition(whole.end == stepped.end, "cut input is judged otherwise")
    precondition(whole.sent == stepped.sent, "cut input is answered otherwise")
    precondition(stepped.end != .ready || stepped.heardByteCount <= PreambleInput.maximumByteCount)
    return 0
}

private enum End: Equatable {
    case ready, open, failed
}

/// What a talk comes to, and with how many of the server's bytes.
private func talk(_ startTLS: StartTLSProtocol, _ pieces: [[UInt8]]) -> (end: End, sent: [UInt8], heardByteCount: Int) {
    var negotiation = startTLS.negotiation(host: "example.org")
    var sent = negotiation.opening
    var heardByteCount = 0
    do {
        for piece in pieces {
            heardByteCount += piece.count
            var next = piece
            step: while true {
                switch try negotiation.receive(next) {
                case .ready: return (.ready, sent, heardByteCount)
                case .needMore: break step
                case .send(let words):
                    precondition(!words.isEmpty, "nothing is sent")
                    sent += words
                    next = []
                }
            }
        }
    } catch {
        let text = String(describing: error)
        precondition(
            text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F || $0 == "…" }, "an error that a terminal would act on")
        return (.failed, sent, heardByteCount)
    }
    return (.open, sent, heardByteCount)
}
