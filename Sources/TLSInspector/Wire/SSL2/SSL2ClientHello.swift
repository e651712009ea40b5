/// A CLIENT-HELLO of SSLv2 (draft-hickman-netscape-ssl-00, section 2.5).
struct SSL2ClientHello: Sendable, Hashable {
    /// 0x0002; later versions in this form are the way in which old clients asked for SSLv3 and TLS (RFC 5246 appendix E.2).
    var version: UInt16 = 0x0002
    var cipherKinds: [SSL2CipherKind] = SSL2CipherKind.offered
    /// 16 to 32 bytes.
    var challenge: [UInt8]

    /// With its record header of two bytes around it.
    var encoded: [UInt8] {
        let kinds = cipherKinds.flatMap(\.encoded)
        var body: [UInt8] = [1]
        body.append(uint16: version)
        body.append(uint16: UInt16(kinds.count))
        body.append(uint16: 0)
        body.append(uint16: UInt16(challenge.count))
        body += kinds
        body += challenge
        precondition(body.count <= SSL2Record.maximumByteCount, "a hello of one record")
        var bytes: [UInt8] = []
        bytes.append(uint16: 0x8000 | UInt16(body.count))
        return bytes + body
    }
}
