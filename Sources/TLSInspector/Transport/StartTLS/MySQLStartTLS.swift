/// SSLRequest of MySQL and MariaDB (their protocol documentation, "Protocol::HandshakeV10" and "Protocol::SSLRequest").
struct MySQLStartTLS: StartTLSNegotiation {
    private static let maximumPacketByteCount = PreambleInput.maximumLineByteCount
    /// CLIENT_SSL
    private static let sslCapability: UInt16 = 0x0800
    /// ER_CON_COUNT_ERROR
    private static let tooManyConnections: UInt16 = 1040

    var input = PreambleInput()
    /// Capabilities with CLIENT_SSL and CLIENT_PROTOCOL_41, packets of at most 16 MiB, character set utf8 (33), 23 zeros; number 1.
    let request: [UInt8] =
        [32, 0, 0, 1, 0x85, 0xAE, 0x7F, 0x00, 0x00, 0x00, 0x00, 0x01, 0x21] + [UInt8](repeating: 0, count: 23)
    private var isRequested = false

    mutating func proceed() throws(PreambleFailure) -> StartTLSAction {
        // The server has no word of consent: TLS follows the request.
        guard !isRequested else { return .ready }
        let header = input.pending.prefix(4)
        guard header.count == 4 else { return .needMore }
        let count = header.prefix(3).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count > 0, count <= Self.maximumPacketByteCount else { throw .malformed("the greeting", input.pending) }
        guard let packet = input.take(4 + count) else { return .needMore }
        do {
            try Self.judge(packet[4...])
        } catch let error as PreambleFailure {
            throw error
        } catch {
            throw PreambleFailure("the greeting cannot be read: \(error)")
        }
        guard input.isEmpty else { throw .malformed("what follows the greeting", input.pending) }
        isRequested = true
        return .send(request)
    }

    /// - Throws: `PreambleFailure` for a refusal, `WireError` for what is no greeting.
    private static func judge(_ packet: ArraySlice<UInt8>) throws {
        var reader = ByteReader(packet)
        let version = try reader.uint8("the greeting")
        if version == 0xFF {
            let code = try reader.uint16("the error").byteSwapped
            throw PreambleFailure.refused(
                "greeted with error \(code)", reader.rest(), isTransient: code == tooManyConnections)
        }
        guard version == 10 else { throw PreambleFailure("the server speaks version \(version) of its protocol, which has no TLS here") }
        while try reader.uint8("the server's version") != 0 {}
        // The number of the connection, the first part of the challenge, and a zero.
        _ = try reader.take(4 + 8 + 1, "the greeting")
        let capabilities = try reader.uint16("the capabilities").byteSwapped
        guard capabilities & sslCapability != 0 else { throw PreambleFailure.notOffered("TLS") }
    }
}
