/// The StartTLS extended operation of LDAP (RFC 4511 §4.14).
struct LDAPStartTLS: StartTLSNegotiation {
    /// `1.3.6.1.4.1.1466.20037`
    private static let name = Array("1.3.6.1.4.1.1466.20037".utf8)
    /// An answer longer than a whole talk may be is refused before it has come.
    private static let maximumMessageByteCount = PreambleInput.maximumByteCount
    /// busy and unavailable (RFC 4511 appendix A.2).
    private static let transientCodes: Set<UInt8> = [51, 52]

    var input = PreambleInput()
    /// LDAPMessage { messageID 1, ExtendedRequest [APPLICATION 23] { requestName [0] } }
    let request: [UInt8] = [0x30, 0x1D, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16] + LDAPStartTLS.name
    var opening: [UInt8] { request }

    mutating func proceed() throws(PreambleFailure) -> StartTLSAction {
        guard let header = try Self.header(input.pending) else { return .needMore }
        guard let message = input.take(header.headerByteCount + header.contentByteCount) else { return .needMore }
        do {
            try Self.judge(message[header.headerByteCount...])
        } catch let error as PreambleFailure {
            throw error
        } catch {
            throw PreambleFailure("the answer to StartTLS cannot be read: \(error)")
        }
        return .ready
    }

    /// The sequence around the message, once its length is there.
    private static func header(_ bytes: ArraySlice<UInt8>) throws(PreambleFailure) -> (headerByteCount: Int, contentByteCount: Int)? {
        guard let tag = bytes.first else { return nil }
        guard tag == 0x30 else { throw .malformed("the answer to StartTLS", bytes) }
        guard let first = bytes.dropFirst().first else { return nil }
        guard first & 0x80 != 0 else { return (2, Int(first)) }
        let lengthByteCount = Int(first & 0x7F)
        guard (1...4).contains(lengthByteCount) else { throw .malformed("the answer to StartTLS", bytes) }
        guard bytes.count >= 2 + lengthByteCount else { return nil }
        let count = bytes.dropFirst(2).prefix(lengthByteCount).reduce(0) { $0 << 8 | Int($1) }
        guard count <= maximumMessageByteCount else {
            throw PreambleFailure("the server's answer to StartTLS is longer than \(maximumMessageByteCount) bytes")
        }
        return (2 + lengthByteCount, count)
    }

    /// - Throws: `PreambleFailure` for a refusal, `WireError` for what is no answer.
    private static func judge(_ content: ArraySlice<UInt8>) throws {
        var message = ByteReader(content)
        let identifier = try element(0x02, &message, "the message's number")
        var operation = ByteReader(try element(0x78, &message, "the extended response"))
        let code = try element(0x0A, &operation, "the result code")
        _ = try element(0x04, &operation, "the matched name")
        let diagnostic = try element(0x04, &operation, "the diagnostic message")
        guard code.count == 1, let result = code.first else { throw WireError.malformed("the result code") }
        // Number 0 is a notice of disconnection, not an answer (RFC 4511 §4.4).
        guard Array(identifier) == [1] else {
            throw PreambleFailure.refused("ends the talk with result \(result)", diagnostic, isTransient: true)
        }
        guard result == 0 else {
            throw PreambleFailure.refused(
                "refused StartTLS with result \(result)", diagnostic, isTransient: transientCodes.contains(result))
        }
    }

    private static func element(_ tag: UInt8, _ reader: inout ByteReader, _ what: StaticString) throws(WireError) -> ArraySlice<UInt8> {
        guard try reader.uint8(what) == tag else { throw .malformed("\(what)") }
        let first = try reader.uint8(what)
        guard first & 0x80 != 0 else { return try reader.take(Int(first), what) }
        switch first {
        case 0x81: return try reader.take(Int(try reader.uint8(what)), what)
        case 0x82: return try reader.take(Int(try reader.uint16(what)), what)
        case 0x83: return try reader.take(try reader.uint24(what), what)
        case 0x84: return try reader.take(Int(try reader.uint32(what)), what)
        default: throw .malformed("\(what)")
        }
    }
}
