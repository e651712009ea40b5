import AuditTrail
import OpenSSL

/// The audit part of GenerateDataKey by itself: the same event, encoded, chained, authenticated and appended in groups.
struct AuditAlone {
    private let trail: AuditTrail
    private let event: AuditEvent

    init(in folder: String) throws {
        trail = try AuditTrail(path: folder + "/audit-alone.log")
        try trail.authenticate(with: SecretBytes(random: 32))
        let keyARN = "arn:aws:kms:us-east-1:000000000000:key/6f1ed002-ab59-5db5-80f9-3f5e1b2d7a44"
        let principal = AuditPrincipal(
            type: "IAMUser", principalID: "benchmark", arn: "arn:aws:iam::000000000000:user/benchmark", accountID: "000000000000",
            userName: "benchmark")
        event = AuditEvent(
            eventTime: 1_790_000_000_000_000_000, eventSource: "kms.amazonaws.com", eventName: "GenerateDataKey", principal: principal,
            userAgent: "coffer-benchmarks",
            requestParameters: [
                ("keyId", .string("6f1ed002-ab59-5db5-80f9-3f5e1b2d7a44")), ("keySpec", .string("AES_256")),
                ("encryptionContext", .object([("tenant", .string("a8c1"))])),
            ], requestID: "0d1f5a6e-2c3b-4a59-8877-665544332211", eventID: "1d1f5a6e-2c3b-4a59-8877-665544332211", readOnly: true,
            resources: [keyARN])
    }

    func record(count: Int, tasks: Int) async throws {
        let (trail, event) = (trail, event)
        try await inParallel(count: count, tasks: tasks) { try await trail.appendGrouped(event) }
    }
}
