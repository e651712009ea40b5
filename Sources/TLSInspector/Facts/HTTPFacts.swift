public struct HTTPFacts: Sendable, Hashable, Codable {
    public var status: Int
    /// The header Strict-Transport-Security as it came, nil if there is none.
    public var strictTransportSecurity: String?
    public var server: String?
    /// The scheme and host that a redirection goes to.
    public var location: String?
}
