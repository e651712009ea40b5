@testable import TLSInspector

/// libFuzzer's entry: no input may trap the reading of a server's flight, cut input gives the same events but for how much of a foreign
/// answer is shown, and errors are one line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLSServerFlight(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    // The first byte chooses where the input is cut.
    let step = 1 + Int(input.first ?? 0)
    let bytes = Array(input.dropFirst())
    let whole = read(bytes, step: bytes.count + 1)
    let cut = read(bytes, step: step)
    precondition(whole.error == cut.error, "cut input is judged otherwise")
    precondition(whole.events.count == cut.events.count, "cut input gives other events")
    for (left, right) in zip(whole.events, cut.events) {
        if case .foreign(let one) = left, case .foreign(let other) = right {
            precondition(one.kind == other.kind && one.beginning.hasPrefix(other.beginning), "a foreign answer is told otherwise")
            precondition(one.beginning.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a control character in what is shown")
        } else {
            precondition(left == right, "cut input gives another event")
        }
    }
    if let error = whole.error { precondition(!error.description.utf8.contains { $0 < 0x20 }, "a control character in an error") }
    return 0
}

private func read(_ bytes: [UInt8], step: Int) -> (events: [ServerFlight.Event], error: WireError?) {
    var flight = ServerFlight()
    var events: [ServerFlight.Event] = []
    do throws(WireError) {
        var position = 0
        while position < bytes.count {
            let end = min(position + step, bytes.count)
            try flight.append(Array(bytes[position..<end]))
            position = end
            while let event = try flight.next() { events.append(event) }
        }
        if let event = try flight.finish() { events.append(event) }
    } catch {
        return (events, error)
    }
    return (events, nil)
}
