public struct SessionFacts: Sendable, Hashable, Codable {
    public var resumesBySessionID: Fact<Bool>
    public var resumesByTicket: Fact<Bool>
    public var resumesInTLS13: Fact<Bool>
    /// Seconds, from NewSessionTicket.
    public var ticketLifetime: Fact<UInt32>
    /// Bytes of early data that TLS 1.3 tickets allow; 0 for none.
    public var earlyData: Fact<UInt32>
    /// The client may ask for a new handshake in a running one, TLS 1.2 or lower.
    public var clientRenegotiation: Fact<Bool>
}
