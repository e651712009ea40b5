/// What a server does in one version of the protocol.
public struct ProtocolFacts: Sendable, Hashable, Codable {
    public var version: ProtocolVersion
    public var isOffered: Fact<Bool>
    /// In the server's order if it has one, else sorted by number.
    public var cipherSuites: Fact<[CipherSuite]>
    public var preference: Fact<SuitePreference>
    /// Whether ChaCha20 is taken when the client puts it first, although the server has an order of its own.
    public var prioritizesChaCha: Fact<Bool>
    /// SSLv2 only: its cipher kinds as `SSL_CK_…` names; empty if it answers without any.
    public var ssl2CipherKinds: [String]?
}

public enum SuitePreference: String, Sendable, Hashable, Codable {
    case server, client
    /// There are fewer than two suites to choose from.
    case undetermined
}
