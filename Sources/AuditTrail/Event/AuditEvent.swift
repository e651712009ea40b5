/// One event to be recorded, in the shape of a CloudTrail record (`eventVersion` 1.08).
///
/// `managementEvent` is always true and `eventCategory` always "Management". A secret has no place in any member: what is
/// recorded can be read by everyone who can read the trail.
///
/// Source: AWS CloudTrail User Guide, "CloudTrail record contents".
public struct AuditEvent: Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z. Recorded in whole seconds, rounded down, as CloudTrail does.
    public var eventTime: Int64
    /// "kms.amazonaws.com", or "coffer" for what has no counterpart at AWS.
    public var eventSource: String
    /// The operation: "Decrypt", "ScheduleKeyDeletion", …
    public var eventName: String
    public var awsRegion: String
    public var principal: AuditPrincipal
    public var sourceIPAddress: String
    /// Cut to 1 KiB of UTF-8, between characters.
    public var userAgent: String
    /// The AWS error code when the operation was refused; nil when it succeeded.
    public var errorCode: String?
    /// Cut to 1 KiB of UTF-8, between characters.
    public var errorMessage: String?
    /// Recorded as `null` when nil. More than 100 KiB of JSON is replaced by `{"omitted":"…"}`.
    public var requestParameters: [(String, AuditValue)]?
    /// Recorded as `null` when nil. More than 100 KiB of JSON is replaced by `{"omitted":"…"}`.
    public var responseElements: [(String, AuditValue)]?
    /// Left out when nil. More than 28 KiB of JSON is replaced by `{"omitted":"…"}`.
    public var additionalEventData: [(String, AuditValue)]?
    /// A UUID, shared by all events of one request. Cut to 1 KiB of UTF-8.
    public var requestID: String
    /// A UUID of this event alone.
    public var eventID: String
    /// "AwsApiCall" or "AwsServiceEvent".
    public var eventType: String
    public var readOnly: Bool
    /// ARNs of the KMS keys that took part.
    public var resources: [String]
    /// Twelve digits: the account that owns the trail.
    public var recipientAccountID: String

    /// - Parameter recipientAccountID: the principal's account when nil.
    public init(
        eventTime: Int64, eventSource: String, eventName: String, awsRegion: String = "us-east-1", principal: AuditPrincipal,
        sourceIPAddress: String = "localhost", userAgent: String = "coffer/0.1.0", errorCode: String? = nil,
        errorMessage: String? = nil, requestParameters: [(String, AuditValue)]? = nil,
        responseElements: [(String, AuditValue)]? = nil, additionalEventData: [(String, AuditValue)]? = nil, requestID: String,
        eventID: String, eventType: String = "AwsApiCall", readOnly: Bool = false, resources: [String] = [],
        recipientAccountID: String? = nil
    ) {
        self.eventTime = eventTime
        self.eventSource = eventSource
        self.eventName = eventName
        self.awsRegion = awsRegion
        self.principal = principal
        self.sourceIPAddress = sourceIPAddress
        self.userAgent = userAgent
        self.errorCode = errorCode
        self.errorMessage = errorMessage
        self.requestParameters = requestParameters
        self.responseElements = responseElements
        self.additionalEventData = additionalEventData
        self.requestID = requestID
        self.eventID = eventID
        self.eventType = eventType
        self.readOnly = readOnly
        self.resources = resources
        self.recipientAccountID = recipientAccountID ?? principal.accountID
    }
}
