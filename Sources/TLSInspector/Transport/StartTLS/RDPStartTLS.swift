/// The negotiation of Remote Desktop ([MS-RDPBCGR] §2.2.1.1 and §2.2.1.2, in TPKT of RFC 1006 and X.224).
struct RDPStartTLS: StartTLSNegotiation {
    private static let maximumPacketByteCount = PreambleInput.maximumLineByteCount
    /// PROTOCOL_SSL and PROTOCOL_HYBRID: with both TLS comes first, and servers that insist on CredSSP are reached too.
    private static let ssl: UInt32 = 1
    private static let hybrid: UInt32 = 2

    var input = PreambleInput()
    /// TPKT of 19 bytes, X.224 connection request, RDP_NEG_REQ with both protocols.
    let request: [UInt8] = [
        0x03, 0x00, 0x00, 0x13, 0x0E, 0xE0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x08, 0x00, UInt8(ssl | hybrid), 0x00, 0x00, 0x00,
    ]
    var opening: [UInt8] { request }

    mutating func proceed() throws(PreambleFailure) -> StartTLSAction {
        let header = Array(input.pending.prefix(4))
        guard let version = header.first else { return .needMore }
        guard version == 3 else { throw .malformed("the answer to the connection request", input.pending) }
        guard header.count == 4 else { return .needMore }
        let count = Int(header[2]) << 8 | Int(header[3])
        guard count >= 11, count <= Self.maximumPacketByteCount else {
            throw .malformed("the answer to the connection request", input.pending)
        }
        guard let packet = input.take(count) else { return .needMore }
        try Self.judge(packet)
        return .ready
    }

    private static func judge(_ packet: [UInt8]) throws(PreambleFailure) {
        // 0xD0 is a connection confirm; its low bits are a credit.
        guard packet[5] & 0xF0 == 0xD0 else { throw .malformed("the answer to the connection request", packet) }
        let negotiation = packet.dropFirst(11)
        guard !negotiation.isEmpty else {
            throw PreambleFailure("the server does not negotiate: it knows only the encryption of RDP itself")
        }
        guard negotiation.count >= 8, let type = negotiation.first else { throw .malformed("the negotiation", packet) }
        let value = negotiation.dropFirst(4).prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        switch type {
        case 2 where value == ssl || value == hybrid: return
        case 2: throw PreambleFailure("the server chose protocol \(value) of RDP, which does not begin with TLS")
        case 3: throw PreambleFailure("the server refused TLS: \(failure(value))")
        default: throw .malformed("the negotiation", packet)
        }
    }

    /// RDP_NEG_FAILURE ([MS-RDPBCGR] §2.2.1.2.2).
    private static func failure(_ code: UInt32) -> String {
        switch code {
        case 1: "it requires TLS and does not take this request for it (SSL_REQUIRED_BY_SERVER)"
        case 2: "it allows only the encryption of RDP itself (SSL_NOT_ALLOWED_BY_SERVER)"
        case 3: "it has no certificate (SSL_CERT_NOT_ON_SERVER)"
        case 4: "it calls the request inconsistent (INCONSISTENT_FLAGS)"
        case 5: "it requires CredSSP (HYBRID_REQUIRED_BY_SERVER)"
        case 6: "it requires a client certificate (SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER)"
        default: "failure code \(code)"
        }
    }
}
