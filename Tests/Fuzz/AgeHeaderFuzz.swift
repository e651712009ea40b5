import AgeFormat

/// libFuzzer's entry: no input may trap the parser, what it reads must encode to the bytes that were read, and reading
/// in two steps must give what reading at once gives.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAgeHeader(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let outcome = Result { try AgeHeader.parse(bytes.span.bytes) }

    var parser = AgeHeaderParser()
    let stepped = Result {
        // The first byte, if there is one, chooses where the input is cut.
        _ = try parser.parse(bytes[..<min(count, Int(bytes.first ?? 0))].span.bytes)
        return try parser.parse(bytes.span.bytes)
    }
    switch (outcome, stepped) {
    case (.success(let whole), .success(let parts)): precondition(whole == parts, "cut input reads otherwise")
    case (.failure, .failure): return 0
    case (.success, .failure), (.failure, .success): preconditionFailure("cut input is judged otherwise")
    }

    guard case .success(let header?) = outcome else { return 0 }
    do {
        let authenticated = try AgeHeader.bytesToAuthenticate(header.stanzas)
        precondition(authenticated == header.authenticatedBytes, "the encoding differs from what was read")
        precondition(AgeHeader.encoded(authenticated: authenticated, mac: header.mac) == Array(bytes[..<header.byteCount]))
    } catch {
        preconditionFailure("a header that was read cannot be written: \(error)")
    }
    return 0
}
