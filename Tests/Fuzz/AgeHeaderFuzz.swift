import AgeFormat

/// libFuzzer's entry: no input may trap the parser, what it reads must encode to the bytes that were read, and reading
/// in two steps must give what reading at once gives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAgeHeader(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    // The first byte, if there is one, chooses where the input is cut.
    let whole = read(bytes, inStepsOf: [count])
    let stepped = read(bytes, inStepsOf: [min(count, Int(bytes.first ?? 0)), count])
    precondition(whole == stepped, "cut input is judged otherwise")

    guard let header = whole else { return 0 }
    do {
        let authenticated = try AgeHeader.bytesToAuthenticate(header.stanzas)
        precondition(authenticated == header.authenticatedBytes, "the encoding differs from what was read")
        precondition(AgeHeader.encoded(authenticated: authenticated, mac: header.mac) == Array(bytes[..<header.byteCount]))
    } catch {
        preconditionFailure("a header that was read cannot be written: \(error)")
    }
    return 0
}

/// The header that a parser finds when it is given ever more of the input, up to each of these counts; nil when it refuses or wants more.
private func read(_ bytes: [UInt8], inStepsOf counts: [Int]) -> AgeHeader? {
    var parser = AgeHeaderParser()
    var header: AgeHeader?
    for count in counts {
        let part = bytes[..<count]
        do {
            header = try parser.parse(part.span.bytes)
        } catch {
            precondition(!error.message.utf8.contains { $0 < 0x20 }, "a control character in an error")
            return nil
        }
    }
    return header
}
