/// SSLRequest of PostgreSQL (documentation, "Message Flow", §"SSL Session Encryption").
struct PostgresStartTLS: StartTLSNegotiation {
    var input = PreambleInput()
    /// A length of 8 and the number 80877103.
    let request: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]
    var opening: [UInt8] { request }

    mutating func proceed() throws(PreambleFailure) -> StartTLSAction {
        switch input.pending.first {
        case nil: return .needMore
        case UInt8(ascii: "S"):
            _ = input.take(1)
            return .ready
        case UInt8(ascii: "N"): throw .notOffered("TLS")
        case UInt8(ascii: "E"): return try refusal()
        default: throw .malformed("the answer to SSLRequest", input.pending)
        }
    }

    /// An ErrorResponse, of which the field `M` is for people.
    private mutating func refusal() throws(PreambleFailure) -> StartTLSAction {
        let bytes = Array(input.pending)
        guard bytes.count >= 5 else { return .needMore }
        let count = bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
        guard count >= 4, count <= PreambleInput.maximumLineByteCount else { throw .malformed("the answer to SSLRequest", bytes) }
        guard bytes.count >= 1 + count else { return .needMore }
        let fields = bytes[5..<(1 + count)].split(separator: 0)
        let code = fields.first { $0.first == UInt8(ascii: "C") }.map { String(decoding: $0.dropFirst(), as: UTF8.self) }
        let message = fields.first { $0.first == UInt8(ascii: "M") }?.dropFirst() ?? bytes[5...]
        // 53300 is too_many_connections, 57P03 cannot_connect_now.
        throw .refused("refused SSLRequest", message, isTransient: code == "53300" || code == "57P03")
    }
}
