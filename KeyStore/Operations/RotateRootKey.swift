import AuditTrail
import OpenSSL

extension LocalKeyService {
    /// Puts a new root key in the place of the old one: wraps every key version and the audit key anew, seals the new root key
    /// in every slot, and authenticates every record under it. One commit: the store opens with the old root key or the new
    /// one, and with the same passphrases and key files, at every instant.
    ///
    /// Ciphertexts are not touched, key versions stay what they are. Import tokens given out before become invalid.
    public func rotateRootKey() throws(KeyStoreError) {
        let old = root
        let reading = try environment.clock.read()
        var event = OperationEvent("RotateRootKey", source: .coffer)
        let new: RootKey
        do { new = try RootKey.generate(generation: old.generation + 1) } catch { throw KeyStoreError(error) }
        do {
            let anchor = try checkedAnchor()
            try environment.records.write { records throws(KeyStoreError) in
                let snapshot = CatalogSnapshot(reader: records, root: old)
                try snapshot.verifyAll()
                var catalog = try snapshot.catalog()
                catalog.clock.observe(reading)
                catalog.rootGeneration = new.generation
                catalog.wrappedAuditKey = try Self.rewrapAuditKey(catalog.wrappedAuditKey, old, new)
                var transaction = CatalogTransaction(starting: records, root: new, catalog: catalog)
                try reauthenticate(snapshot, old, new, &transaction)
                event.additional = [
                    ("rootGeneration", .integer(Int64(new.generation))), ("catalogRevision", .integer(Int64(catalog.revision + 1))),
                ]
                try requireContinuation(of: catalog.auditPosition, checked: anchor)
                let position = try Self.append(event, nil, environment, identity, reading.wall)
                try transaction.finish(auditPosition: position)
            }
        } catch {
            if error.code != .auditUnavailable { _ = try Self.append(event, error, environment, identity, reading.wall) }
            throw error
        }
        replaceRoot(new)
        try environment.records.purgeRemnants()
    }

    private static func rewrapAuditKey(_ wrapped: [UInt8], _ old: RootKey, _ new: RootKey) throws(KeyStoreError) -> [UInt8] {
        do throws(OpenSSLError) {
            return try new.seal(old.open(wrapped, label: .auditKey, binding: []), label: .auditKey, binding: [])
        } catch { throw KeyStoreError(error) }
    }

    private func reauthenticate(_ snapshot: CatalogSnapshot, _ old: RootKey, _ new: RootKey, _ transaction: inout CatalogTransaction)
        throws(KeyStoreError)
    {
        try resealRoot(snapshot, new, &transaction)
        var last: String?
        while true {
            let keys = try snapshot.keys(after: last, limit: 256)
            guard let end = keys.last else { break }
            for key in keys {
                try transaction.insert(key)
                for version in try snapshot.versions(of: key.keyID) { try transaction.insert(Self.rewrap(version, old, new)) }
            }
            last = end.keyID
        }
        var lastAlias: String?
        while true {
            let aliases = try snapshot.aliases(after: lastAlias, limit: 256)
            guard let end = aliases.last else { break }
            for alias in aliases { try transaction.insert(alias) }
            lastAlias = end.name
        }
    }

    /// Wraps the new root key for every slot, and opens the one that can be opened here from its stored form.
    private func resealRoot(_ snapshot: CatalogSnapshot, _ new: RootKey, _ transaction: inout CatalogTransaction) throws(KeyStoreError) {
        let opener = openedSeal
        var isProven = false
        for var seal in try snapshot.seals() {
            do { seal.wrappedRoot = try RecipientWrap(new.bytes, to: seal.recipient, label: RecipientWrap.rootLabel) } catch {
                throw KeyStoreError(error)
            }
            if seal.sealID == opener.sealID {
                guard let stored = SealRecord(encoded: seal.encoded) else { break }
                do {
                    isProven = try stored.wrappedRoot.open(with: opener.identity, label: RecipientWrap.rootLabel).isEqual(to: new.bytes)
                } catch { throw KeyStoreError(error) }
            }
            try transaction.insert(seal)
        }
        guard isProven else {
            throw KeyStoreError(.conflict, "the seal that opened this session is gone; open the store again and repeat")
        }
    }

    private static func rewrap(_ version: KeyVersionRecord, _ old: RootKey, _ new: RootKey) throws(KeyStoreError) -> KeyVersionRecord {
        guard version.wrappedMaterial != nil else { return version }
        var version = version
        let material = try LoadedVersion.unwrap(version, root: old)
        do { version.wrappedMaterial = try new.seal(material, label: .keyVersion, binding: version.binding) } catch {
            throw KeyStoreError(error)
        }
        return version
    }
}
