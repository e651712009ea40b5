/// What a target that does not say otherwise means.
public struct TargetDefaults: Sendable, Hashable {
    /// What SNI says.
    public enum ServerName: Sendable, Hashable {
        /// The target's host; nothing for an address, which SNI has no room for (RFC 6066 §3).
        case host
        /// None at all.
        case omitted
        case name(String)
    }

    public var startTLS: StartTLSProtocol?
    public var serverName: ServerName

    public init(startTLS: StartTLSProtocol? = nil, serverName: ServerName = .host) {
        self.startTLS = startTLS
        self.serverName = serverName
    }
}
