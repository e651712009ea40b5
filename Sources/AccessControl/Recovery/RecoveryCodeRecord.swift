import KeyStore

/// A recovery code, known by its digest alone. It stays after it was used, so that its use can be seen.
struct RecoveryCodeRecord: AccessRecord {
    static let table = AccessTable(
        "mfa_recovery_code", columns: ["number", "digest", "created_at", "used_at"], maximumRowCount: RecoveryCodes.count)

    let number: Int64
    let digest: [UInt8]
    let creationDate: Timestamp
    var usedAt: Timestamp?

    var fields: [Field] {
        [
            .integer(number), .bytes(digest), .integer(creationDate.nanoseconds),
            usedAt.map { .integer($0.nanoseconds) } ?? Field.none,
        ]
    }

    init(number: Int64, digest: [UInt8], creationDate: Timestamp) {
        self.number = number
        self.digest = digest
        self.creationDate = creationDate
        self.usedAt = nil
    }

    init?(fields: [Field]) {
        var reader = FieldReader(fields)
        guard let number = reader.integer(in: 1...Int64(RecoveryCodes.count)),
            let digest = reader.bytes(RecoveryCodes.digestByteCount...RecoveryCodes.digestByteCount), let created = reader.integer(),
            let used = reader.optionalInteger(), reader.isAtEnd
        else { return nil }
        self.number = number
        self.digest = digest
        self.creationDate = Timestamp(nanoseconds: created)
        self.usedAt = used.map { Timestamp(nanoseconds: $0) }
    }
}
