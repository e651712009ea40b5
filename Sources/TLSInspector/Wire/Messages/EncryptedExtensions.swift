/// What a server of TLS 1.3 answers to extensions that need not be seen on the path (RFC 8446 §4.3.1).
struct EncryptedExtensions: Sendable, Hashable {
    /// In the order of the server, each type once.
    var extensions: [ClientHello.Extension]

    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        self.extensions = try ServerHello.extensions(&reader)
        try reader.requireEnd("EncryptedExtensions")
    }

    subscript(type: ExtensionType) -> [UInt8]? { extensions.first { $0.type == type }?.body }

    /// The protocol that was chosen (RFC 7301 §3.1), nil if the server chose none.
    /// - Throws: `malformed` if it is not exactly one.
    func applicationProtocol() throws(WireError) -> [UInt8]? {
        guard let body = self[.alpn] else { return nil }
        return try Self.chosenProtocol(body)
    }

    /// Reads what a server answers to ALPN, in a ServerHello or here.
    static func chosenProtocol(_ body: [UInt8]) throws(WireError) -> [UInt8] {
        var reader = ByteReader(body)
        var list = ByteReader(try reader.vector16("the chosen protocol"))
        let name = Array(try list.vector8("the chosen protocol"))
        try list.requireEnd("the chosen protocol")
        try reader.requireEnd("the chosen protocol")
        guard !name.isEmpty else { throw .malformed("the chosen protocol") }
        return name
    }
}
