/// Where a store says it is, in AWS's terms, so that ARNs, policies and scripts keep their shape.
public struct StoreIdentity: Sendable, Hashable {
    public let region: String
    public let accountID: String

    public static let defaultRegion = "us-east-1"
    public static let defaultAccountID = "000000000000"

    /// - Parameters:
    ///   - region: like `eu-central-1`; at most 32 characters.
    ///   - accountID: exactly 12 digits.
    public init(region: String = defaultRegion, accountID: String = defaultAccountID) throws(KeyStoreError) {
        let parts = region.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        let isRegion =
            (3...4).contains(parts.count) && region.utf8.count <= 32
            && parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x61...0x7A).contains($0) } }
            && parts.last?.isEmpty == false && parts.last?.allSatisfy { (0x30...0x39).contains($0) } == true
        guard isRegion else { throw KeyStoreError(.validation, "'\(region)' is not a region name; it looks like eu-central-1") }
        guard accountID.utf8.count == 12, accountID.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw KeyStoreError(.validation, "'\(accountID)' is not an account ID; it has 12 digits")
        }
        self.region = region
        self.accountID = accountID
    }

    public func keyARN(_ keyID: String) -> String { "arn:aws:kms:\(region):\(accountID):key/\(keyID)" }
    public func aliasARN(_ aliasName: String) -> String { "arn:aws:kms:\(region):\(accountID):\(aliasName)" }
}

/// What a `KeyId` parameter names.
enum KeyReference: Sendable, Equatable {
    case key(String)
    case alias(String)

    /// Accepts the four forms of AWS KMS: key ID, key ARN, alias name, alias ARN.
    ///
    /// - Parameter allowsAlias: false for operations that manage a key; AWS KMS takes only key IDs and ARNs there.
    init(_ text: String, in identity: StoreIdentity, allowsAlias: Bool) throws(KeyStoreError) {
        guard text.utf8.count <= 2048, !text.isEmpty else {
            throw KeyStoreError(.validation, "a key identifier has 1 to 2048 bytes")
        }
        let resource = text.hasPrefix("arn:") ? try Self.resource(ofARN: text, in: identity) : text
        if resource.hasPrefix("alias/") {
            guard allowsAlias else {
                throw KeyStoreError(.notFound, "Invalid keyId '\(text)'; this operation takes a key ID or key ARN, not an alias")
            }
            self = .alias(resource)
            return
        }
        let id = text.hasPrefix("arn:") ? String(resource.dropFirst("key/".count)) : resource
        guard UUIDText.decode(id) != nil else { throw KeyStoreError(.notFound, "Invalid keyId '\(text)'") }
        self = .key(id)
    }

    private static func resource(ofARN arn: String, in identity: StoreIdentity) throws(KeyStoreError) -> String {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[1] == "aws", parts[2] == "kms", parts[5].hasPrefix("key/") || parts[5].hasPrefix("alias/") else {
            throw KeyStoreError(.invalidARN, "Invalid arn \(arn)")
        }
        guard parts[3] == identity.region else { throw KeyStoreError(.notFound, "Invalid arn \(parts[3])") }
        guard parts[4] == identity.accountID else { throw KeyStoreError(.notFound, "Key '\(arn)' does not exist") }
        return String(parts[5])
    }
}
