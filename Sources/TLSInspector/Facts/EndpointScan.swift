/// Everything that was found out about one endpoint at one address, and nothing that was concluded from it.
///
/// Two scans of an unchanged server are equal: there is no time in it, no count of attempts and no port of ours.
public struct EndpointScan: Sendable, Hashable, Codable {
    /// Of the JSON form, `Docs/Schemas/tls-scan.schema.json`.
    public static let schemaVersion = "coffer-tls-scan/1"

    public var schema = EndpointScan.schemaVersion
    public var endpoint: Endpoint
    /// The address that was spoken to, as text: `192.0.2.1`, `2001:db8::1`. Nil if no address was reached or a proxy chose it.
    public var address: String?
    /// Whether anything could be found out: nil if so, else why not.
    public var failure: Undecided?
    /// One entry for each version, oldest first.
    public var protocols: [ProtocolFacts]
    public var keyExchange: KeyExchangeFacts
    /// Every chain that the server presents, each once.
    public var chains: [ServedChain]
    public var extensions: ExtensionFacts
    public var sessions: SessionFacts
    public var clientAuthentication: Fact<ClientAuthenticationFacts>
    public var http: Fact<HTTPFacts>
    public var tolerance: ToleranceFacts
    /// What attacks would find, from safe probes. Sorted by id.
    public var vulnerabilities: [VulnerabilityFact]
    public var startTLSInjection: Fact<Bool>
}
