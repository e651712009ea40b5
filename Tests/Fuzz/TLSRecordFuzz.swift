@testable import TLSInspector

/// libFuzzer's entry: no input may trap the record layer, cut input gives the same records, and what was read encodes to the bytes that
/// were read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTLSRecord(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    // The first byte chooses where the input is cut.
    let step = 1 + Int(input.first ?? 0)
    let bytes = Array(input.dropFirst())
    let whole = read(bytes, step: bytes.count + 1)
    precondition(whole == read(bytes, step: step), "cut input is read otherwise")
    let encoded = whole.records.flatMap(\.encoded)
    precondition(bytes.starts(with: encoded), "the encoding differs from what was read")

    let stream = whole.records.filter { $0.type == .handshake }.flatMap(\.fragment)
    let messages = whole.messages.flatMap(\.encoded)
    precondition(stream.starts(with: messages), "the encoding of messages differs from what was read")
    return 0
}

private struct Reading: Equatable {
    var records: [Record] = []
    var messages: [HandshakeMessage] = []
    var error: WireError?
}

private func read(_ bytes: [UInt8], step: Int) -> Reading {
    var reading = Reading()
    var records = RecordStream()
    var messages = HandshakeStream()
    do throws(WireError) {
        var position = 0
        while position < bytes.count {
            let end = min(position + step, bytes.count)
            records.append(Array(bytes[position..<end]))
            position = end
            while let record = try records.next() {
                reading.records.append(record)
                guard record.type == .handshake else { continue }
                messages.append(record.fragment)
                while let message = try messages.next() { reading.messages.append(message) }
            }
        }
    } catch {
        reading.error = error
    }
    return reading
}
