public struct ExtensionFacts: Sendable, Hashable, Codable {
    // All as answered to a hello of TLS 1.2 or lower.
    public var extendedMasterSecret: Fact<Bool>
    public var encryptThenMAC: Fact<Bool>
    public var secureRenegotiation: Fact<Bool>
    public var sessionTickets: Fact<Bool>
    public var heartbeat: Fact<Bool>
    public var maxFragmentLength: Fact<Bool>
    public var truncatedHMAC: Fact<Bool>
    /// Whether the server compresses when a client offers it (CRIME).
    public var compression: Fact<Bool>
    /// Protocols that the server accepts, of those that were offered one by one. Sorted.
    public var alpn: Fact<[String]>
    /// TLS_FALLBACK_SCSV is honoured (RFC 7507).
    public var fallbackSCSV: Fact<Bool>
    /// The sentinel in the random of a TLS 1.2 answer says that TLS 1.3 is there (RFC 8446 §4.1.3).
    public var downgradeSentinel: Fact<Bool>
    public var stapling: Fact<Bool>
    /// All extension types that the server sent in any ServerHello or EncryptedExtensions. Sorted.
    public var seen: [ExtensionType]
}
