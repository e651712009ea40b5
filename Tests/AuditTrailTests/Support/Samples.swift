import OpenSSL

@testable import AuditTrail

enum Samples {
    static let account = "000000000000"
    static let keyARN = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

    static let principal = AuditPrincipal(
        principalID: "AIDACOFFEREXAMPLE", arn: "arn:aws:iam::\(account):user/ada", accountID: account, userName: "ada")

    static func event(_ number: Int, name: String = "Decrypt") -> AuditEvent {
        AuditEvent(
            eventTime: 1_793_491_200_000_000_000 + Int64(number) * 1_000_000_000, eventSource: "kms.amazonaws.com", eventName: name,
            principal: principal, requestParameters: [("keyId", .string(keyARN))],
            requestID: "11111111-1111-4111-8111-" + padded(number), eventID: "22222222-2222-4222-8222-" + padded(number),
            readOnly: true, resources: [keyARN])
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 12 - digits.count) + digits
    }

    static func key(_ filler: UInt8 = 0) throws -> SecretBytes {
        let bytes = (0..<32).map { UInt8($0) ^ filler }
        return try SecretBytes(copying: bytes.span.bytes)
    }

    /// A trail in memory with this many authenticated events.
    static func file(eventCount: Int, authenticated: Bool = true) throws -> MemoryAuditFile {
        let file = MemoryAuditFile()
        let trail = try AuditTrail(file: file, path: "audit.log")
        if authenticated { try trail.authenticate(with: key()) }
        for number in stride(from: 1, through: eventCount, by: 1) { try trail.append(event(number)) }
        return file
    }

    /// Verifies a file with this content; nothing in it is repaired.
    static func verify(_ bytes: [UInt8], withKey: Bool = true, anchor: AuditPosition? = nil) throws -> AuditVerification {
        let trail = try AuditTrail(file: MemoryAuditFile(bytes), path: "audit.log", access: .readOnly)
        if withKey { try trail.authenticate(with: key()) }
        return try trail.verify(against: anchor)
    }
}
