package import AuditTrail
import OpenSSL

/// What an operation will say about itself in the audit trail. Never a plaintext, a ciphertext or a secret (as CloudTrail).
struct OperationEvent: Sendable {
    enum Source: String, Sendable {
        case kms = "kms.amazonaws.com"
        /// Operations that AWS KMS does not have: seals, backup, the store itself.
        case coffer
    }

    let name: String
    let source: Source
    let readOnly: Bool
    /// Set for work that the service does by itself, like automatic rotation (CloudTrail: AwsServiceEvent).
    let isServiceEvent: Bool
    var parameters: [(String, AuditValue)]
    var response: [(String, AuditValue)]?
    var additional: [(String, AuditValue)]?
    var resources: [String] = []

    init(
        _ name: String, source: Source = .kms, readOnly: Bool = false, isServiceEvent: Bool = false,
        _ parameters: [(String, AuditValue)] = []
    ) {
        self.name = name
        self.source = source
        self.readOnly = readOnly
        self.isServiceEvent = isServiceEvent
        self.parameters = parameters
    }

    mutating func concerns(_ arn: String) {
        if !resources.contains(arn) { resources.append(arn) }
    }

    func record(
        by principal: AuditPrincipal, with userAgent: String, in region: String, at time: Timestamp, error: KeyStoreError?
    ) throws(KeyStoreError) -> AuditEvent {
        let random: [UInt8]
        do { random = try Random.bytes(32) } catch { throw KeyStoreError(error) }
        return AuditEvent(
            eventTime: time.nanoseconds, eventSource: source.rawValue, eventName: name, awsRegion: region, principal: principal,
            sourceIPAddress: "localhost", userAgent: userAgent, errorCode: error?.code.rawValue, errorMessage: error?.message,
            requestParameters: parameters.isEmpty ? nil : parameters, responseElements: response, additionalEventData: additional,
            requestID: UUIDText.encode(UUIDText.versioned(Array(random[..<16]))),
            eventID: UUIDText.encode(UUIDText.versioned(Array(random[16...]))),
            eventType: isServiceEvent ? "AwsServiceEvent" : "AwsApiCall",
            readOnly: readOnly, resources: resources, recipientAccountID: principal.accountID)
    }
}

extension CallerIdentity {
    /// How the trail names the caller in a store's account.
    package func principal(in identity: StoreIdentity) -> AuditPrincipal {
        AuditPrincipal(
            type: "IAMUser", principalID: userName, arn: "arn:aws:iam::\(identity.accountID):user/\(userName)",
            accountID: identity.accountID, userName: userName)
    }
}

extension EncryptionContext {
    var auditValue: AuditValue { .object(pairs.map { ($0.name, .string($0.value)) }) }
}

extension KeyStoreError {
    init(_ error: AuditTrailError) {
        self.init(
            .auditUnavailable, "the operation was not carried out because it could not be recorded in the audit trail: \(error.message)")
    }
}
