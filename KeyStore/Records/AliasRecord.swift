/// A name for a key (AWS KMS developer guide, "Aliases").
struct AliasRecord: Sendable, Equatable {
    static let maximumPerKey = 50
    static let prefix = "alias/"
    private static let maximumByteCount = 256

    let name: String
    var targetKeyID: String
    let creationDate: Timestamp
    var lastUpdatedDate: Timestamp

    static let formatVersion: UInt8 = 1

    var id: RecordID { .alias(name) }

    /// AWS KMS API reference, `AliasNameType`: `alias/` and at least one more of `[a-zA-Z0-9/_-]` or `:`, at most 256.
    static func validate(name: String) throws(KeyStoreError) {
        guard name.hasPrefix(prefix) else {
            throw KeyStoreError(
                .validation,
                "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
            )
        }
        guard name.utf8.count <= maximumByteCount else {
            throw KeyStoreError(
                .validation,
                "1 validation error detected: Value '\(name)' at 'aliasName' failed to satisfy constraint: "
                    + "Member must have length less than or equal to \(maximumByteCount)")
        }
        let isWellFormed = name.utf8.allSatisfy { character in
            switch character {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x3A, 0x2F, 0x5F, 0x2D: true
            default: false
            }
        }
        guard isWellFormed, name.utf8.count > prefix.utf8.count else {
            throw KeyStoreError(.invalidAliasName, "Alias contains invalid characters for an alias")
        }
        guard !name.hasPrefix("alias/aws/") else {
            throw KeyStoreError(.invalidAliasName, "alias/aws/ is reserved for AWS managed keys")
        }
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.formatVersion)
        writer.append(name)
        writer.append(targetKeyID)
        writer.append(creationDate.nanoseconds)
        writer.append(lastUpdatedDate.nanoseconds)
        return writer.bytes
    }

    init(name: String, targetKeyID: String, creationDate: Timestamp, lastUpdatedDate: Timestamp) {
        self.name = name
        self.targetKeyID = targetKeyID
        self.creationDate = creationDate
        self.lastUpdatedDate = lastUpdatedDate
    }

    init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.readUInt8() == Self.formatVersion, let name = reader.readPrefixedString(), let target = reader.readPrefixedString(),
            let created = reader.readTimestamp(), let updated = reader.readTimestamp(), reader.isAtEnd
        else { return nil }
        self.init(name: name, targetKeyID: target, creationDate: created, lastUpdatedDate: updated)
    }
}
