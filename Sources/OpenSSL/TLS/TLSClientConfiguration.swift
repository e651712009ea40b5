/// What a client of TLS says of itself, and how far it goes to meet a server.
public struct TLSClientConfiguration: Sendable {
    /// The versions that are offered, as numbers on the wire: 0x0301 for TLS 1.0 to 0x0304 for TLS 1.3. libssl has none below.
    public var minimumVersion: UInt16 = 0x0301
    public var maximumVersion: UInt16 = 0x0304
    /// Nil sends none.
    public var serverName: String?
    /// ALPN, each of 1 to 255 bytes.
    public var applicationProtocols: [String] = []
    /// Suites up to TLS 1.2 in libssl's language; nil for every one that libssl has, the usual ones first.
    public var cipherList: String?
    /// Whether session tickets are asked for (RFC 5077), up to TLS 1.2.
    public var asksForTickets = true
    /// PEM: the certificate that is shown to a server that asks, and its chain behind it.
    public var certificateChain: [UInt8] = []
    /// Its key: PEM or DER, without a passphrase.
    public var privateKey: [UInt8] = []

    public init() {}
}
