/// Who acted: CloudTrail's `userIdentity`, as far as a local store knows it.
public struct AuditPrincipal: Sendable, Equatable {
    /// "IAMUser", "Root", "AWSService", …
    public var type: String
    public var principalID: String
    public var arn: String
    /// Twelve digits.
    public var accountID: String
    public var userName: String

    public init(type: String = "IAMUser", principalID: String, arn: String, accountID: String, userName: String) {
        self.type = type
        self.principalID = principalID
        self.arn = arn
        self.accountID = accountID
        self.userName = userName
    }
}
