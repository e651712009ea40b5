/// Something that a server has on or off.
public struct ProfileFeatureRule: Sendable, Hashable {
    public enum Feature: String, Sendable, Hashable, Codable, CaseIterable {
        /// The server's order of suites counts, not the client's.
        case serverOrder = "server-order"
        case stapling
        case extendedMasterSecret = "extended-master-secret"
        case encryptThenMAC = "encrypt-then-mac"
        case fallbackSCSV = "fallback-scsv"
        case secureRenegotiation = "secure-renegotiation"
        case clientRenegotiation = "client-renegotiation"
        case compression, heartbeat
        case earlyData = "early-data"
        case truncatedHMAC = "truncated-hmac"
        /// Suites that nobody should use: null, anonymous, export, RC4, blocks of 64 bits, MD5.
        case weakSuites = "weak-suites"
    }

    public enum State: String, Sendable, Hashable, Codable, CaseIterable { case on, off }

    /// When the rule is one at all.
    public enum Condition: String, Sendable, Hashable, Codable, CaseIterable {
        case cbcSuites = "cbc-suites"
        case olderThanTLS12WithoutTLS13 = "older-than-tls-1.2-without-tls-1.3"
        /// The certificate names an OCSP responder: without one there is nothing to staple.
        case ocspResponderNamed = "ocsp-responder-named"
    }

    public var level: RequirementLevel
    public var feature: Feature
    public var state: State
    public var when: Condition?

    public init(level: RequirementLevel, feature: Feature, state: State, when: Condition? = nil) {
        self.level = level
        self.feature = feature
        self.state = state
        self.when = when
    }
}

extension ProfileFeatureRule: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case level, feature, state, when }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        self.level = try container.decode(RequirementLevel.self, forKey: .level)
        self.feature = try container.decode(Feature.self, forKey: .feature)
        self.state = try container.decode(State.self, forKey: .state)
        self.when = try container.decodeIfPresent(Condition.self, forKey: .when)
    }
}
