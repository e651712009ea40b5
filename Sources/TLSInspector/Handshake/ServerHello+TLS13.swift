/// What only a client that goes on needs from a ServerHello of TLS 1.3.
extension ServerHello {
    /// What a HelloRetryRequest wants to have back (RFC 8446 §4.2.2); nil if nothing.
    func cookie() throws(WireError) -> [UInt8]? {
        guard let body = self[.cookie] else { return nil }
        var reader = ByteReader(body)
        let cookie = Array(try reader.vector16("a cookie"))
        try reader.requireEnd("a cookie")
        guard !cookie.isEmpty else { throw .malformed("an empty cookie") }
        return cookie
    }

    /// The server's half of the key exchange (RFC 8446 §4.2.8).
    /// - Parameter group: the one in which our half was sent.
    func keyShare(in group: NamedGroup) throws(WireError) -> [UInt8] {
        guard let body = self[.keyShare] else { throw .malformed("a ServerHello without a key share") }
        var reader = ByteReader(body)
        guard NamedGroup(rawValue: try reader.uint16("a key share")) == group else {
            throw .malformed("a key share in a group for which none was sent")
        }
        let key = Array(try reader.vector16("a key share"))
        try reader.requireEnd("a key share")
        return key
    }
}
