import AgeFormat

/// libFuzzer's entry: no input may trap the decoder, cut input is judged as whole input is, and what is decoded encodes to the text
/// that was read, save for line ends and the white space around it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArmor(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    // The first byte chooses where the input is cut, and how much room there is.
    let step = 1 + Int(input.first ?? 0)
    let text = Array(input.dropFirst())
    let whole = decode(text, step: text.count + 1, room: 1 << 16)
    let cut = decode(text, step: step, room: ArmorDecoder.minimumOutputByteCount + step)
    precondition(whole == cut, "cut input is judged otherwise")

    guard let bytes = whole else { return 0 }
    precondition(ArmorDecoder.isArmored(text.span.bytes) == true, "what was decoded is not recognised")
    let encoded = encode(bytes, step: step)
    precondition(ArmorEncoder.textByteCount(binary: UInt64(bytes.count)) == UInt64(encoded.count), "the length was foreseen wrongly")
    precondition(withoutWhiteSpace(encoded) == withoutWhiteSpace(text), "the encoding differs from what was read")
    return 0
}

private func withoutWhiteSpace(_ text: [UInt8]) -> [UInt8] { text.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) } }

private func decode(_ text: [UInt8], step: Int, room: Int) -> [UInt8]? {
    var decoder = ArmorDecoder()
    var bytes: [UInt8] = []
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 8)
    defer { output.deallocate() }
    do {
        var position = 0
        while position < text.count {
            // A copy of its own, so that a read beyond it is found.
            let piece = Array(text[position..<min(text.count, position + step)])
            let input = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 1)
            defer { input.deallocate() }
            input.copyBytes(from: piece)
            let (consumed, produced) = try decoder.decode(UnsafeRawBufferPointer(input), into: output)
            precondition(consumed > 0 || produced > 0, "the decoder does not get on")
            bytes += output[..<produced]
            position += consumed
        }
        try decoder.finish()
        return bytes
    } catch {
        precondition(!error.message.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "an error that a terminal would act on")
        return nil
    }
}

private func encode(_ bytes: [UInt8], step: Int) -> [UInt8] {
    var encoder = ArmorEncoder()
    var text: [UInt8] = []
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: ArmorEncoder.finishByteCount + step, alignment: 8)
    defer { output.deallocate() }
    var position = 0
    while position < bytes.count {
        let piece = Array(bytes[position..<min(bytes.count, position + step)])
        let (consumed, produced) = piece.withUnsafeBytes { encoder.encode($0, into: output) }
        text += output[..<produced]
        position += consumed
    }
    let produced = encoder.finish(into: output)
    return text + output[..<produced]
}
