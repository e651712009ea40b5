/// What stands before `://`: a protocol with its port, and whether TLS begins at once or after STARTTLS.
struct TargetScheme {
    let startTLS: StartTLSProtocol?
    /// IANA, Service Name and Transport Protocol Port Number Registry.
    let port: UInt16

    init?(_ name: String) {
        guard let known = Self.known[name] else { return nil }
        self = known
    }

    /// The port of a protocol that is begun with STARTTLS.
    static func port(of startTLS: StartTLSProtocol) -> UInt16 { known[startTLS.rawValue]?.port ?? 443 }

    private init(_ startTLS: StartTLSProtocol?, _ port: UInt16) {
        self.startTLS = startTLS
        self.port = port
    }

    private static let known: [String: TargetScheme] = [
        "https": .init(nil, 443), "tls": .init(nil, 443), "smtps": .init(nil, 465), "imaps": .init(nil, 993), "pop3s": .init(nil, 995),
        "ftps": .init(nil, 990), "ldaps": .init(nil, 636), "nntps": .init(nil, 563), "ircs": .init(nil, 6697), "xmpps": .init(nil, 5223),
        "smtp": .init(.smtp, 25), "lmtp": .init(.lmtp, 24), "imap": .init(.imap, 143), "pop3": .init(.pop3, 110), "ftp": .init(.ftp, 21),
        "ldap": .init(.ldap, 389), "xmpp": .init(.xmpp, 5222), "xmpp-server": .init(.xmppServer, 5269),
        "postgres": .init(.postgres, 5432), "postgresql": .init(.postgres, 5432), "mysql": .init(.mysql, 3306), "nntp": .init(.nntp, 119),
        "sieve": .init(.sieve, 4190), "irc": .init(.irc, 6667), "rdp": .init(.rdp, 3389),
    ]
}
