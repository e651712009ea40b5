/// The answer to a CLIENT-HELLO of SSLv2 (draft-hickman-netscape-ssl-00, section 2.6).
struct SSL2ServerHello: Sendable, Hashable {
    static let messageType: UInt8 = 4

    var isSessionHit: Bool
    /// 1 for X.509; 0 where no certificate is sent, in a resumed session.
    var certificateType: UInt8
    var version: UInt16
    /// DER, not yet read. Empty where none is sent.
    var certificate: [UInt8]
    /// What the server has in common with the client, not what it chose: the client chooses. Empty if that is nothing, and SSLv2 is on
    /// even so.
    var cipherKinds: [SSL2CipherKind]
    var connectionID: [UInt8]

    /// - Parameter body: of the record.
    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        guard try reader.uint8("a SERVER-HELLO") == Self.messageType else { throw .malformed("the type of a SERVER-HELLO") }
        self.isSessionHit = try reader.uint8("a SERVER-HELLO") != 0
        self.certificateType = try reader.uint8("a SERVER-HELLO")
        self.version = try reader.uint16("a SERVER-HELLO")
        guard version == ProtocolVersion.ssl2.rawValue else { throw .malformed("the version of a SERVER-HELLO") }
        let certificateCount = Int(try reader.uint16("a SERVER-HELLO"))
        let kindsCount = Int(try reader.uint16("a SERVER-HELLO"))
        let connectionCount = Int(try reader.uint16("a SERVER-HELLO"))
        guard kindsCount % 3 == 0 else { throw .malformed("the cipher kinds of a SERVER-HELLO") }
        self.certificate = Array(try reader.take(certificateCount, "the certificate of a SERVER-HELLO"))
        var kinds = ByteReader(try reader.take(kindsCount, "the cipher kinds of a SERVER-HELLO"))
        var found: [SSL2CipherKind] = []
        while !kinds.isAtEnd { found.append(SSL2CipherKind(rawValue: UInt32(try kinds.uint24("a cipher kind")))) }
        self.cipherKinds = found
        self.connectionID = Array(try reader.take(connectionCount, "the connection id of a SERVER-HELLO"))
        try reader.requireEnd("a SERVER-HELLO")
    }
}

/// Whatever a server of SSLv2 answers first.
enum SSL2Answer: Sendable, Hashable {
    case serverHello(SSL2ServerHello)
    /// Section 2.9: 1 no cipher, 2 no certificate, 4 bad certificate, 6 unsupported certificate type.
    case error(UInt16)

    /// - Parameter bytes: everything that came so far.
    /// - Returns: nil as long as the answer is not whole.
    /// - Throws: `malformed` if it is no answer of SSLv2.
    static func read(_ bytes: ArraySlice<UInt8>) throws(WireError) -> SSL2Answer? {
        guard let record = try SSL2Record(startOf: bytes) else { return nil }
        guard record.body.first == 0 else { return .serverHello(try SSL2ServerHello(record.body)) }
        var reader = ByteReader(record.body)
        _ = try reader.uint8("an error of SSLv2")
        let code = try reader.uint16("an error of SSLv2")
        try reader.requireEnd("an error of SSLv2")
        return .error(code)
    }
}
