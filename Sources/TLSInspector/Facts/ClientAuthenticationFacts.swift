public struct ClientAuthenticationFacts: Sendable, Hashable, Codable {
    public var isRequested: Bool
    /// Whether a handshake without a certificate fails. Nil if that could not be told.
    public var isRequired: Bool?
    /// Distinguished names of accepted authorities, RFC 4514 text.
    public var authorities: [String]
    public var signatureSchemes: [TLSSignatureScheme]
}
