/// Where to connect to, as a user names it.
public struct Endpoint: Sendable, Hashable, Codable {
    /// A DNS name in ASCII, or an address without brackets.
    public var host: String
    public var port: UInt16
    public var startTLS: StartTLSProtocol?
    /// What SNI says. Nil sends none.
    public var serverName: String?

    public init(host: String, port: UInt16 = 443, startTLS: StartTLSProtocol? = nil, serverName: String? = nil) {
        self.host = host
        self.port = port
        self.startTLS = startTLS
        self.serverName = serverName
    }

    /// `example.com:443`, `[2001:db8::1]:25`
    public var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
