/// Responses that may hold literals, `{12}` at a line's end and twelve bytes of any kind behind it (RFC 9051 §4.3, RFC 5804 §1.2):
/// what stands in a literal, or behind it, is not the beginning of a response.
struct LiteralResponses: Sendable {
    /// Bytes of a literal that are still to be passed over.
    private var literal = 0
    /// Whether the next line goes on with a response, behind a literal.
    private var goesOn = false

    /// The first line of the next response, as far as it is there.
    mutating func next(in input: inout PreambleInput) throws(PreambleFailure) -> [UInt8]? {
        while true {
            literal = input.skip(literal)
            guard literal == 0, let line = try input.line() else { return nil }
            let isContinuation = goesOn
            let count = try Self.literalByteCount(of: line)
            literal = count ?? 0
            goesOn = count != nil
            if !isContinuation { return line }
        }
    }

    /// The length of the literal that a line announces at its end, `{12}` or `{12+}`.
    private static func literalByteCount(of line: [UInt8]) throws(PreambleFailure) -> Int? {
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        var digits = line[(open + 1)..<(line.count - 1)]
        if digits.last == UInt8(ascii: "+") { digits.removeLast() }
        guard !digits.isEmpty, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        let limit = PreambleInput.maximumByteCount
        guard digits.count <= 6, let count = Int(String(decoding: digits, as: UTF8.self)), count <= limit else {
            throw PreambleFailure("the server announced a literal of more than \(limit) bytes before TLS")
        }
        return count
    }
}
