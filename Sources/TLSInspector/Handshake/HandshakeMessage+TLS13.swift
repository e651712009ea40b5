extension HandshakeMessage.MessageType {
    /// RFC 8446 §4.6.3.
    static let keyUpdate = Self(rawValue: 24)
    /// Stands for the first ClientHello in what is hashed; never sent (RFC 8446 §4.4.1).
    static let messageHash = Self(rawValue: 254)
}
