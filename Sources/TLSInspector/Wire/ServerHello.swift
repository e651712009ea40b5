/// What a server chose (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3). A HelloRetryRequest is one too, with a random that says so.
struct ServerHello: Sendable, Hashable {
    /// SHA-256("HelloRetryRequest"), RFC 8446 §4.1.3.
    static let helloRetryRequestRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]

    var legacyVersion: UInt16
    var random: [UInt8]
    var sessionID: [UInt8]
    var cipherSuite: CipherSuite
    var compressionMethod: UInt8
    /// In the order of the server, each type once.
    var extensions: [ClientHello.Extension]

    /// - Throws: `WireError` if it is not whole, has bytes behind it, or names an extension twice.
    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        self.legacyVersion = try reader.uint16("a ServerHello")
        self.random = Array(try reader.take(32, "a ServerHello"))
        self.sessionID = Array(try reader.vector8("a ServerHello"))
        guard sessionID.count <= 32 else { throw .malformed("the session id") }
        self.cipherSuite = CipherSuite(rawValue: try reader.uint16("a ServerHello"))
        self.compressionMethod = try reader.uint8("a ServerHello")
        self.extensions = reader.isAtEnd ? [] : try Self.extensions(&reader)
        try reader.requireEnd("a ServerHello")
    }

    static func extensions(_ reader: inout ByteReader) throws(WireError) -> [ClientHello.Extension] {
        var list = ByteReader(try reader.vector16("the extensions"))
        var found: [ClientHello.Extension] = []
        var seen: Set<ExtensionType> = []
        while !list.isAtEnd {
            let type = ExtensionType(rawValue: try list.uint16("an extension"))
            let body = Array(try list.vector16("an extension"))
            guard seen.insert(type).inserted else { throw .malformed("an extension that comes twice") }
            found.append(.init(type, body))
        }
        return found
    }

    subscript(type: ExtensionType) -> [UInt8]? { extensions.first { $0.type == type }?.body }

    var isHelloRetryRequest: Bool { random == Self.helloRetryRequestRandom }

    /// The version that is really spoken: that of the extension, if there is one.
    var version: UInt16 {
        guard let body = self[.supportedVersions], body.count == 2 else { return legacyVersion }
        return UInt16(body[0]) << 8 | UInt16(body[1])
    }

    /// The group of the key share, or the one a HelloRetryRequest asks for.
    var keyShareGroup: NamedGroup? {
        guard let body = self[.keyShare], body.count >= 2 else { return nil }
        return NamedGroup(rawValue: UInt16(body[0]) << 8 | UInt16(body[1]))
    }

    /// What a server that speaks a newer version puts into its random when it answers an older one (RFC 8446 §4.1.3).
    var downgradeSentinel: ProtocolVersion? {
        switch Array(random.suffix(8)) {
        case [0x44, 0x4F, 0x57, 0x4E, 0x47, 0x52, 0x44, 0x01]: .tls13
        case [0x44, 0x4F, 0x57, 0x4E, 0x47, 0x52, 0x44, 0x00]: .tls12
        default: nil
        }
    }
}
