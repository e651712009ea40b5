/// What is spoken before TLS begins.
public enum StartTLSProtocol: String, Sendable, Hashable, Codable, CaseIterable {
    case smtp, lmtp, imap, pop3, ftp, ldap, xmpp
    case xmppServer = "xmpp-server"
    case postgres, mysql, nntp, sieve, irc, rdp
}
