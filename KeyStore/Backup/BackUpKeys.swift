import AgeFormat
import AuditTrail
import OpenSSL

/// The content of a backup (Docs/Formats/KeyBackup.md).
enum KeyBackup {
    static let magic = Array("coffer key backup v1\n".utf8)
    /// What every form begins with.
    static let magicStem = Array("coffer key backup v".utf8)
    static let maximumByteCount = 256 * 1024 * 1024
    static let maximumKeyCount = 1_000_000
    static let maximumVersionCount = 10_000
    /// No key was ever rotated so often; numbers near the end of their type would leave no room for the next.
    static let maximumVersion: UInt32 = 1_000_000
}

extension LocalKeyService {
    /// Puts keys, all their versions and their aliases into one age v1 file. It opens with the identity or passphrase alone:
    /// in another Coffer store, or with stock `age` and the description of the format.
    ///
    /// - Parameter keyIDs: key IDs or ARNs; nil for all keys.
    public func backupKeys(_ keyIDs: [String]?, to recipient: consuming BackupRecipient) throws(KeyStoreError) -> [UInt8] {
        var event = OperationEvent("BackupKeys", source: .coffer, readOnly: true)
        let root = root
        let fileKey = FileKey(unchecked: try SecretBytes.generate(FileKey.byteCount))
        do throws(KeyStoreError) {
            let stanzas = try BackupStanza.wrap(fileKey, for: recipient)
            let header = try Self.header(stanzas, fileKey)
            var writer = try SecretStreamWriter(fileKey)
            try writer.append(KeyBackup.magic)
            let selection = try environment.records.read { reader throws(KeyStoreError) in
                try Selection(keyIDs, in: CatalogSnapshot(reader: reader, root: root), self)
            }
            for key in selection.keys { event.concerns(identity.keyARN(key.record.keyID)) }
            try write(selection, root, to: &writer)
            let backup = header + (try writer.finish())
            _ = try Self.append(event, nil, environment, identity, environment.clock.read().wall)
            return backup
        } catch { throw error.code == .auditUnavailable ? error : try refused(event, error) }
    }

    private struct Selection {
        struct Key {
            let record: KeyRecord
            let versions: [KeyVersionRecord]
        }
        var keys: [Key] = []
        var aliases: [AliasRecord] = []

        init(_ keyIDs: [String]?, in snapshot: CatalogSnapshot, _ service: LocalKeyService) throws(KeyStoreError) {
            var records: [KeyRecord] = []
            if let keyIDs {
                for keyID in keyIDs { records.append(try service.find(keyID, in: snapshot, allowsAlias: true)) }
            } else {
                records = try snapshot.keys(after: nil, limit: KeyBackup.maximumKeyCount)
            }
            for record in records {
                keys.append(Key(record: record, versions: try snapshot.versions(of: record.keyID)))
                aliases += try snapshot.aliases(of: record.keyID, limit: AliasRecord.maximumPerKey)
            }
        }
    }

    private func write(_ selection: Selection, _ root: RootKey, to writer: inout SecretStreamWriter) throws(KeyStoreError) {
        var head = ByteWriter()
        head.append(identity.region)
        head.append(identity.accountID)
        head.append(try now().nanoseconds)
        head.append(UInt32(selection.keys.count))
        try writer.append(head.bytes)
        for key in selection.keys {
            var record = ByteWriter()
            record.appendPrefixed(key.record.encoded)
            record.append(UInt32(key.versions.count))
            try writer.append(record.bytes)
            for version in key.versions { try write(version, root, to: &writer) }
        }
        var tail = ByteWriter()
        tail.append(UInt32(selection.aliases.count))
        for alias in selection.aliases { tail.appendPrefixed(alias.encoded) }
        try writer.append(tail.bytes)
    }

    private func write(_ version: KeyVersionRecord, _ root: RootKey, to writer: inout SecretStreamWriter) throws(KeyStoreError) {
        var bare = version
        bare.wrappedMaterial = nil
        var record = ByteWriter()
        record.appendPrefixed(bare.encoded)
        record.append(version.wrappedMaterial != nil)
        try writer.append(record.bytes)
        if version.wrappedMaterial != nil { try writer.append(LoadedVersion.unwrap(version, root: root)) }
    }

    private static func header(_ stanzas: [Stanza], _ fileKey: borrowing FileKey) throws(KeyStoreError) -> [UInt8] {
        let authenticated: [UInt8]
        do { authenticated = try AgeHeader.bytesToAuthenticate(stanzas) } catch { throw KeyStoreError(.internalFailure, "\(error)") }
        return AgeHeader.encoded(authenticated: authenticated, mac: try fileKey.headerMAC(over: authenticated.bytes))
    }
}
