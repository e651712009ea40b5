import AgeFormat
import AuditTrail
import OpenSSL

/// What a restore did.
public struct RestoreReport: Sendable, Equatable {
    public internal(set) var restored: [String] = []
    /// ARNs of keys that the store had in older versions alone; the newer ones were added.
    public internal(set) var extended: [String] = []
    /// ARNs of keys whose newer versions in the backup do not continue those that are here, mostly because the key was rotated in this
    /// store and elsewhere. This store's stay, and what was encrypted under the backup's does not open here.
    public internal(set) var conflicting: [String] = []
    /// ARNs of keys that the store has already; they were left as they are.
    public internal(set) var alreadyPresent: [String] = []
    public internal(set) var aliases: [String] = []
    /// Aliases that the store has already, for whatever key; they were left as they are.
    public internal(set) var skippedAliases: [String] = []
}

extension LocalKeyService {
    /// Puts the keys of a backup into this store, all or none. Aliases and keys that are here already are left alone, but that a key
    /// gets the versions that it has in the backup and not yet here.
    ///
    /// - Throws: `InvalidBackup` for what is not an authentic backup, `StoreSealed` when the credential does not open it,
    ///   `ValidationException` when it is from another account or region, whose ARNs its ciphertexts name.
    public func restoreKeys(_ backup: [UInt8], with credential: consuming SealCredential) throws(KeyStoreError) -> RestoreReport {
        let event = OperationEvent("RestoreKeys", source: .coffer)
        let content: BackupContent
        do throws(KeyStoreError) {
            content = try BackupContent(backup, with: credential)
            guard content.region == identity.region, content.accountID == identity.accountID else {
                throw KeyStoreError(
                    .validation,
                    "the backup is of account \(content.accountID) in \(content.region), this store of \(identity.accountID) in "
                        + "\(identity.region); make a store with 'coffer init --region \(content.region) --account \(content.accountID)'")
            }
        } catch { throw try refused(event, error) }
        return try change(event) { transaction, event throws(KeyStoreError) in
            var report = RestoreReport()
            for key in content.keys { try restore(key, in: &transaction, &report, &event) }
            for alias in content.aliases {
                guard try transaction.snapshot.alias(alias.name) == nil, try transaction.snapshot.key(alias.targetKeyID) != nil else {
                    report.skippedAliases.append(alias.name)
                    continue
                }
                try transaction.put(alias)
                report.aliases.append(alias.name)
            }
            return report
        }
    }

    private func restore(
        _ key: BackupContent.Key, in transaction: inout CatalogTransaction, _ report: inout RestoreReport, _ event: inout OperationEvent
    ) throws(KeyStoreError) {
        let arn = identity.keyARN(key.record.keyID)
        if let present = try transaction.snapshot.key(key.record.keyID) {
            try extend(present, with: key, in: &transaction, &report, &event)
            return
        }
        event.concerns(arn)
        var record = key.record
        // Waiting periods start anew: what another machine attested is no evidence here.
        record.deletion?.attestedStart = transaction.catalog.clock.elapsed
        try transaction.put(record)
        for (version, material) in key.versions { try put(version, material, in: &transaction) }
        report.restored.append(arn)
    }

    /// After an older backup, a newer one brings the versions that were made between the two. State, tags and rotation stay as they are.
    private func extend(
        _ present: KeyRecord, with key: BackupContent.Key, in transaction: inout CatalogTransaction, _ report: inout RestoreReport,
        _ event: inout OperationEvent
    ) throws(KeyStoreError) {
        let arn = identity.keyARN(present.keyID)
        let missing = key.versions.filter { version, _ in version.version > present.lastVersion }
        guard try agrees(present, with: key, in: transaction.snapshot) else {
            report.conflicting.append(arn)
            return
        }
        guard !missing.isEmpty else {
            report.alreadyPresent.append(arn)
            return
        }
        guard continues(present, key, by: missing) else {
            report.conflicting.append(arn)
            return
        }
        event.concerns(arn)
        var record = present
        record.lastVersion = max(present.lastVersion, key.record.lastVersion)
        record.currentVersion = max(present.currentVersion, key.record.currentVersion)
        record.onDemandRotationCount = max(present.onDemandRotationCount, key.record.onDemandRotationCount)
        try transaction.put(record)
        for (version, material) in missing { try put(version, material, in: &transaction) }
        report.extended.append(arn)
    }

    /// Whether no version has one material here and another one in the backup.
    private func agrees(_ present: KeyRecord, with key: BackupContent.Key, in snapshot: CatalogSnapshot) throws(KeyStoreError) -> Bool {
        for (version, _) in key.versions {
            guard let known = try snapshot.version(version.version, of: present.keyID) else { continue }
            if known.materialID != version.materialID { return false }
        }
        return true
    }

    /// Whether newer versions can be taken in: all of them are usable, none is left out, and the backup has the very material that is the
    /// newest here. A backup says nothing about who made it, since anybody can seal one for a recipient; who has that material had the key.
    private func continues(_ present: KeyRecord, _ key: BackupContent.Key, by missing: [(KeyVersionRecord, NewMaterial?)]) -> Bool {
        let hasNewest = key.versions.contains { version, material in version.version == present.lastVersion && material != nil }
        let isComplete = missing.count == Int(key.record.lastVersion - present.lastVersion)
        let areUsable = missing.allSatisfy { version, material in material != nil && version.importInfo?.isExpired != true }
        return hasNewest && isComplete && areUsable && present.state != .pendingImport && present.spec == key.record.spec
            && present.origin == key.record.origin
    }

    private func put(
        _ version: KeyVersionRecord, _ material: NewMaterial?, in transaction: inout CatalogTransaction
    ) throws(KeyStoreError) {
        var restored = version
        restored.importInfo?.attestedStart = transaction.catalog.clock.elapsed
        if let material { restored = try material.wrapped(into: restored, root: root) }
        try transaction.put(restored)
    }
}

/// A backup, opened and checked; key material is in locked memory.
struct BackupContent {
    struct Key {
        let record: KeyRecord
        var versions: [(KeyVersionRecord, NewMaterial?)] = []

        var hasConsistentNumbers: Bool {
            let numbers = versions.map(\.0.version)
            return Set(numbers).count == numbers.count && numbers.allSatisfy { $0 <= record.lastVersion }
                && record.lastVersion <= KeyBackup.maximumVersion
                && (record.currentVersion == 0 || numbers.contains(record.currentVersion))
        }
    }

    let region: String
    let accountID: String
    private(set) var keys: [Key] = []
    private(set) var aliases: [AliasRecord] = []

    private static let malformed = KeyStoreError(.invalidBackup, "the file is authentic but not a backup that this version of coffer knows")

    init(_ file: [UInt8], with credential: borrowing SealCredential) throws(KeyStoreError) {
        guard file.count <= KeyBackup.maximumByteCount else { throw KeyStoreError(.invalidBackup, "the file is too large to be a backup") }
        let header = try Self.header(file)
        let fileKey = try Self.fileKey(header, credential)
        let (mac, authenticated) = (header.mac, header.authenticatedBytes)
        guard try fileKey.isValidHeaderMAC(mac.bytes, over: authenticated.bytes) else {
            throw KeyStoreError(.invalidBackup, "the header of the backup was changed")
        }
        var stream = try SecretStreamReader(Array(file[header.byteCount...]), fileKey)
        try Self.check(magic: stream.readPublic(KeyBackup.magic.count))
        self.region = try Self.string(&stream)
        self.accountID = try Self.string(&stream)
        _ = try stream.readPublic(8)
        let keyCount = try stream.readUInt32()
        guard keyCount <= KeyBackup.maximumKeyCount else { throw Self.malformed }
        for _ in 0..<keyCount { keys.append(try Self.key(&stream)) }
        let aliasCount = try stream.readUInt32()
        guard aliasCount <= keyCount * AliasRecord.maximumPerKey else { throw Self.malformed }
        for _ in 0..<aliasCount {
            let body = try stream.readPrefixed(maximum: StoredRecord.maximumBodyByteCount)
            guard let alias = AliasRecord(encoded: body) else { throw Self.malformed }
            aliases.append(alias)
        }
        guard stream.isAtEnd else { throw Self.malformed }
    }

    private static func check(magic: [UInt8]) throws(KeyStoreError) {
        if magic == KeyBackup.magic { return }
        guard magic.starts(with: KeyBackup.magicStem) else { throw malformed }
        throw KeyStoreError(.newerFormat, "the backup was written by a newer version of Coffer; use that version or a later one")
    }

    private static func header(_ file: [UInt8]) throws(KeyStoreError) -> AgeHeader {
        do throws(AgeFormatError) {
            if let header = try AgeHeader.parse(file.bytes) { return header }
        } catch { throw KeyStoreError(.invalidBackup, "the file is not a backup: \(error)") }
        throw SecretStreamReader.truncated
    }

    private static func fileKey(_ header: AgeHeader, _ credential: borrowing SealCredential) throws(KeyStoreError) -> FileKey {
        for stanza in header.stanzas {
            if let fileKey = try BackupStanza.open(stanza, with: credential) { return fileKey }
        }
        throw KeyStoreError(.sealed, "the backup does not open with what was given")
    }

    private static func key(_ stream: inout SecretStreamReader) throws(KeyStoreError) -> Key {
        let body = try stream.readPrefixed(maximum: StoredRecord.maximumBodyByteCount)
        guard let record = KeyRecord(encoded: body) else { throw malformed }
        var key = Key(record: record)
        let versionCount = try stream.readUInt32()
        guard versionCount <= KeyBackup.maximumVersionCount else { throw malformed }
        for _ in 0..<versionCount {
            let body = try stream.readPrefixed(maximum: StoredRecord.maximumBodyByteCount)
            guard let version = KeyVersionRecord(encoded: body), version.keyID == record.keyID, version.spec == record.spec else {
                throw malformed
            }
            switch try stream.readPublic(1) {
            case [0]: key.versions.append((version, nil))
            case [1]:
                let material = try NewMaterial(
                    record.spec, secret: stream.readSecret(maximum: KeyVersionRecord.maximumMaterialByteCount))
                guard try material.id(for: record.keyID) == version.materialID else { throw malformed }
                key.versions.append((version, material))
            default: throw malformed
            }
        }
        guard key.hasConsistentNumbers else { throw malformed }
        return key
    }

    private static func string(_ stream: inout SecretStreamReader) throws(KeyStoreError) -> String {
        guard let text = String(validating: try stream.readPrefixed(maximum: 256), as: UTF8.self) else { throw malformed }
        return text
    }
}
