public struct KeyExchangeFacts: Sendable, Hashable, Codable {
    /// TLS 1.3; in the server's order if it has one, else sorted by number.
    public var tls13Groups: Fact<[NamedGroup]>
    public var tls13GroupPreference: Fact<SuitePreference>
    /// Groups for ECDHE up to TLS 1.2.
    public var tls12Groups: Fact<[NamedGroup]>
    /// Finite-field groups seen up to TLS 1.2, the smallest first.
    public var finiteField: [FiniteFieldParameters]
    /// Bits of temporary RSA keys of export suites, the smallest first.
    public var exportRSABits: [Int]
    /// Whether the server's ephemeral ECDH key was the same in two handshakes.
    public var reusesECDHKey: Fact<Bool>
    /// The same for finite-field keys (Raccoon).
    public var reusesDHKey: Fact<Bool>
    /// What the server signs ServerKeyExchange with; TLS 1.2.
    public var tls12SignatureSchemes: Fact<[TLSSignatureScheme]>
    /// What the server signs CertificateVerify with in TLS 1.3: of each kind of key the scheme that it prefers.
    public var tls13SignatureSchemes: Fact<[TLSSignatureScheme]>
    /// Whether DHE works for clients that list no group of RFC 7919; they may get another group.
    public var finiteFieldWithoutRFC7919: Fact<Bool> = .untested("no group of RFC 7919 was seen")
}
