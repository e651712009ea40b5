import KeyStore

struct SessionRecord: AccessRecord {
    static let maximumCount = 16
    static let idByteCount = 16
    static let maximumScopeByteCount = 2048

    static let table = AccessTable(
        "mfa_session",
        columns: ["id", "scope", "granted_by", "remaining", "created_at", "expires_at", "boot_id", "since_boot"],
        maximumRowCount: maximumCount)

    let sessionID: [UInt8]
    let scope: String
    /// The serial of the device whose code began the session, or "recovery code".
    let grantedBy: String
    var remaining: Int64
    let creationDate: Timestamp
    let expirationDate: Timestamp
    let bootID: [UInt8]
    let sinceBoot: Int64

    var fields: [Field] {
        [
            .bytes(sessionID), .text(scope), .text(grantedBy), .integer(remaining), .integer(creationDate.nanoseconds),
            .integer(expirationDate.nanoseconds), .bytes(bootID), .integer(sinceBoot),
        ]
    }

    init(sessionID: [UInt8], scope: String, grantedBy: String, uses: Int, seconds: Int64, reading: ClockReading) {
        self.sessionID = sessionID
        self.scope = scope
        self.grantedBy = grantedBy
        self.remaining = Int64(uses)
        self.creationDate = reading.wall
        self.expirationDate = Timestamp(nanoseconds: reading.wall.nanoseconds + seconds * 1_000_000_000)
        self.bootID = reading.bootID
        self.sinceBoot = reading.sinceBoot
    }

    init?(fields: [Field]) {
        var reader = FieldReader(fields)
        guard let id = reader.bytes(Self.idByteCount...Self.idByteCount), let scope = reader.text(atMost: Self.maximumScopeByteCount),
            let grantedBy = reader.text(atMost: DeviceRecord.maximumSerialByteCount),
            let remaining = reader.integer(in: 0...Int64(MFASession.useRange.upperBound)),
            let created = reader.integer(), let expires = reader.integer(),
            let bootID = reader.bytes(AttestedMoment.bootIDByteCount...AttestedMoment.bootIDByteCount),
            let sinceBoot = reader.integer(), reader.isAtEnd
        else { return nil }
        self.sessionID = id
        self.scope = scope
        self.grantedBy = grantedBy
        self.remaining = remaining
        self.creationDate = Timestamp(nanoseconds: created)
        self.expirationDate = Timestamp(nanoseconds: expires)
        self.bootID = bootID
        self.sinceBoot = sinceBoot
    }

    /// A session ends by the wall clock or by the boot clock, whichever is first, and with the boot that it began in. A wall clock that
    /// is behind its beginning ends it as well.
    func isLive(at reading: ClockReading) -> Bool {
        let length = expirationDate.nanoseconds - creationDate.nanoseconds
        let passed = reading.sinceBoot.subtractingReportingOverflow(sinceBoot).partialValue
        return remaining > 0 && reading.bootID == bootID && (0..<length).contains(passed) && reading.wall >= creationDate
            && reading.wall < expirationDate
    }
}
