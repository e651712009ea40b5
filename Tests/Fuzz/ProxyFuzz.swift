@testable import TLSInspector

/// libFuzzer's entry: no answer of a proxy may trap, cutting it elsewhere must not change what it comes to, and no more of it than the
/// limit is ever kept.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProxy(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = answer([bytes])
    let stepped = answer(bytes.map { [$0] })
    precondition(whole == stepped, "cut input is judged otherwise")
    return 0
}

private enum Outcome: Equatable {
    /// With the target's first bytes.
    case tunnel([UInt8])
    case open, failed
}

private func answer(_ pieces: [[UInt8]]) -> Outcome {
    do {
        var tunnel = try ProxyTunnel(host: "example.org", port: 443, authorization: nil)
        for (index, piece) in pieces.enumerated() {
            if let rest = try tunnel.receive(piece) { return .tunnel(rest + pieces[(index + 1)...].joined()) }
        }
        return .open
    } catch {
        precondition(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F || $0 == "…" }, "\(error)")
        return .failed
    }
}
