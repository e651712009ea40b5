extension StartTLSProtocol {
    /// What the client calls itself: a name that can exist nowhere (RFC 6761 §6.4).
    static let clientName = "coffer.invalid"

    /// Where the protocol is spoken unless something else is said (IANA's port numbers; 587 for submission is not the default).
    public var defaultPort: UInt16 {
        switch self {
        case .smtp: 25
        case .lmtp: 24
        case .imap: 143
        case .pop3: 110
        case .ftp: 21
        case .ldap: 389
        case .xmpp: 5222
        case .xmppServer: 5269
        case .postgres: 5432
        case .mysql: 3306
        case .nntp: 119
        case .sieve: 4190
        case .irc: 6667
        case .rdp: 3389
        }
    }

    /// - Parameter host: whom XMPP asks for.
    func negotiation(host: String) -> any StartTLSNegotiation {
        switch self {
        case .smtp: SMTPStartTLS(isLMTP: false)
        case .lmtp: SMTPStartTLS(isLMTP: true)
        case .imap: IMAPStartTLS()
        case .pop3: POP3StartTLS()
        case .ftp: FTPStartTLS()
        case .ldap: LDAPStartTLS()
        case .xmpp: XMPPStartTLS(host: host, isServer: false)
        case .xmppServer: XMPPStartTLS(host: host, isServer: true)
        case .postgres: PostgresStartTLS()
        case .mysql: MySQLStartTLS()
        case .nntp: NNTPStartTLS()
        case .sieve: SieveStartTLS()
        case .irc: IRCStartTLS()
        case .rdp: RDPStartTLS()
        }
    }
}
