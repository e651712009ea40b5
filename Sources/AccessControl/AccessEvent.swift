import AuditTrail
import KeyStore
import OpenSSL

/// What is recorded about an operation of access control. Never a code.
struct AccessEvent {
    enum Source: String {
        case iam = "iam.amazonaws.com"
        /// What IAM does not have.
        case coffer
    }

    let name: String
    let source: Source
    let readOnly: Bool
    var parameters: [(String, AuditValue)]
    var additional: [(String, AuditValue)] = []

    init(_ name: String, source: Source = .coffer, readOnly: Bool = false, _ parameters: [(String, AuditValue)] = []) {
        self.name = name
        self.source = source
        self.readOnly = readOnly
        self.parameters = parameters
    }

    func record(in environment: AccessEnvironment, at time: Timestamp, error: AccessError?) throws(AccessError) -> AuditEvent {
        let (caller, identity) = (environment.caller, environment.identity)
        let principal = AuditPrincipal(
            principalID: caller.userName, arn: "arn:aws:iam::\(identity.accountID):user/\(caller.userName)",
            accountID: identity.accountID, userName: caller.userName)
        return AuditEvent(
            eventTime: time.nanoseconds, eventSource: source.rawValue, eventName: name, awsRegion: identity.region, principal: principal,
            userAgent: caller.userAgent, errorCode: error?.code.rawValue, errorMessage: error?.message,
            requestParameters: parameters.isEmpty ? nil : parameters, additionalEventData: additional.isEmpty ? nil : additional,
            requestID: try Self.uuid(), eventID: try Self.uuid(), readOnly: readOnly)
    }

    /// A random UUID (RFC 9562 §5.4).
    private static func uuid() throws(AccessError) -> String {
        var bytes: [UInt8]
        do { bytes = try Random.bytes(16) } catch { throw AccessError(error) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Hex.encode(bytes)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text += "-" }
            text.append(digit)
        }
        return text
    }
}

extension AccessEnvironment {
    /// Within a transaction: the event is durable before the change is committed, so a crash leaves at most an event without a change.
    func append(_ event: AccessEvent, at time: Timestamp, error: AccessError? = nil) throws(AccessError) {
        let record = try event.record(in: self, at: time, error: error)
        do { try trail.append(record) } catch { throw AccessError(error) }
    }

    /// As ``append(_:at:error:)``, outside of transactions.
    func appendGrouped(_ event: AccessEvent, at time: Timestamp, error: AccessError? = nil) async throws(AccessError) {
        let record = try event.record(in: self, at: time, error: error)
        do { try await trail.appendGrouped(record) } catch { throw AccessError(error) }
    }
}

extension AccessError {
    init(_ error: AuditTrailError) {
        self.init(
            .auditUnavailable, "the operation was not carried out because it could not be recorded in the audit trail: \(error.message)")
    }
}
