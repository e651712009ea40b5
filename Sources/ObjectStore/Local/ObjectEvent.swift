import AuditTrail
import KeyStore
import OpenSSL

/// What is recorded about an operation on objects. Reading and writing an object is on record by the use of its KMS key, whose
/// encryption context names bucket, key and version; here are the operations that use no key.
struct ObjectEvent: Sendable {
    enum Source: String, Sendable {
        case s3 = "s3.amazonaws.com"
        /// What S3 does not have.
        case coffer
    }

    let name: String
    let source: Source
    var parameters: [(String, AuditValue)]
    var additional: [(String, AuditValue)] = []
    /// Why it was refused.
    var error: ObjectStoreError?

    init(_ name: String, source: Source = .s3, _ parameters: [(String, AuditValue)]) {
        self.name = name
        self.source = source
        self.parameters = parameters
    }

    init(_ name: String, _ bucket: BucketName, _ parameters: [(String, AuditValue)] = []) {
        self.init(name, [("bucketName", .string(bucket.text))] + parameters)
    }

    init(_ name: String, _ object: ObjectReference, _ parameters: [(String, AuditValue)] = []) {
        self.init(name, object.bucket, Self.parameters(object.key, object.versionID) + parameters)
    }

    static func parameters(_ key: ObjectKey, _ versionID: VersionID?) -> [(String, AuditValue)] {
        [("key", .string(key.text))] + (versionID.map { [("versionId", .string($0.text))] } ?? [])
    }

    func record(in environment: ObjectStoreEnvironment, at time: Timestamp) throws(ObjectStoreError) -> AuditEvent {
        let random: [UInt8]
        do { random = try Random.bytes(32) } catch { throw ObjectStoreError(error) }
        return AuditEvent(
            eventTime: time.nanoseconds, eventSource: source.rawValue, eventName: name, awsRegion: environment.identity.region,
            principal: environment.caller.principal(in: environment.identity), userAgent: environment.caller.userAgent,
            errorCode: error?.code.rawValue, errorMessage: error?.message, requestParameters: parameters,
            additionalEventData: additional.isEmpty ? nil : additional,
            requestID: UUIDText.encode(UUIDText.versioned(Array(random[..<16]))),
            eventID: UUIDText.encode(UUIDText.versioned(Array(random[16...]))), readOnly: false)
    }
}
