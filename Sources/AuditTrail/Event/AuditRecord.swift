/// One recorded event, as it is read back.
public struct AuditRecord: Sendable, Equatable {
    /// The event's number; the first has 1.
    public let sequence: UInt64
    /// The event object exactly as it is stored and was hashed. Its strings may come from anywhere: control characters in them are
    /// escaped, and stay so until the JSON is decoded.
    public let json: String
    /// Whether the event has a MAC of its own that was checked under the trail's key; always false without a key.
    public let isAuthenticated: Bool

    /// Nanoseconds since 1970-01-01T00:00:00Z, in whole seconds.
    public let eventTime: Int64
    public let eventName: String
    public let eventSource: String
    public let eventID: String
    public let userName: String
    /// nil when the operation succeeded.
    public let errorCode: String?
    public let readOnly: Bool
    /// ARNs of the KMS keys that took part.
    public let resources: [String]
}
