/// A number that a server keeps to.
public struct ProfileLimitRule: Sendable, Hashable {
    public enum Limit: String, Sendable, Hashable, Codable, CaseIterable {
        /// Keys of certificates, in bits.
        case minimumRSABits = "minimum-rsa-bits"
        case minimumECBits = "minimum-ec-bits"
        case minimumDSABits = "minimum-dsa-bits"
        /// Groups of DHE suites, in bits.
        case minimumDHBits = "minimum-dh-bits"
        /// Of the server's certificate, notBefore to notAfter, in days.
        case maximumCertificateDays = "maximum-certificate-days"
        /// `max-age` of Strict-Transport-Security, in seconds.
        case minimumHSTSSeconds = "minimum-hsts-seconds"
    }

    /// What no value may exceed.
    public static let maximumValue: Int64 = 1 << 40

    public var level: RequirementLevel
    public var limit: Limit
    public var value: Int64

    public init(level: RequirementLevel, limit: Limit, value: Int64) {
        self.level = level
        self.limit = limit
        self.value = value
    }
}

extension ProfileLimitRule: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case level, limit, value }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        self.level = try container.decode(RequirementLevel.self, forKey: .level)
        self.limit = try container.decode(Limit.self, forKey: .limit)
        self.value = try container.decode(Int64.self, forKey: .value)
        guard (1...Self.maximumValue).contains(value) else { throw decoder.refusal("the limit is not between 1 and \(Self.maximumValue)") }
    }
}
