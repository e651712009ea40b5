import OpenSSL

extension LocalKeyService {
    /// Finds the version that imported material belongs in: the first, the one that had this material before, or a new one that
    /// waits for its rotation.
    func place(
        _ material: NewMaterial, of key: KeyRecord, _ request: ImportKeyMaterialRequest, in transaction: inout CatalogTransaction
    ) throws(KeyStoreError) -> KeyVersionRecord {
        var key = key
        let id = try material.id(for: key.keyID)
        if let expected = request.keyMaterialID, expected != Hex.encode(id) {
            throw KeyStoreError(.incorrectKeyMaterial, "the key material does not have the id \(expected)")
        }
        let versions = try transaction.snapshot.versions(of: key.keyID)
        let clock = transaction.catalog.clock
        let known = versions.first { $0.materialID == id }
        let info = KeyVersionRecord.ImportInfo(
            description: request.keyMaterialDescription ?? known?.importInfo?.description ?? "", validTo: request.validTo, isExpired: false,
            attestedStart: clock.elapsed, importDate: clock.latestWall)
        let version: KeyVersionRecord
        if var again = known {
            again.importInfo = info
            version = try material.wrapped(into: again, root: root)
        } else {
            try checkNewVersion(of: key, versions, request, id)
            version = try material.version(key.lastVersion + 1, of: key, root: root, now: clock.latestWall, importInfo: info)
            key.lastVersion = version.version
            if key.currentVersion == 0 { key.currentVersion = version.version }
        }
        let current = key.currentVersion
        let isComplete = versions.allSatisfy { $0.version > current || $0.version == version.version || $0.isUsable }
        if key.state == .pendingImport, isComplete { key.state = .enabled }
        try transaction.put(key)
        try transaction.put(version)
        return version
    }

    private func checkNewVersion(
        of key: KeyRecord, _ versions: [KeyVersionRecord], _ request: ImportKeyMaterialRequest, _ id: [UInt8]
    ) throws(KeyStoreError) {
        let arn = identity.keyARN(key.keyID)
        guard !versions.isEmpty else {
            guard request.importType != .existingKeyMaterial else {
                throw KeyStoreError(.incorrectKeyMaterial, "\(arn) has no earlier key material to import again")
            }
            return
        }
        guard request.importType == .newKeyMaterial else {
            throw KeyStoreError(
                .incorrectKeyMaterial,
                "the key material is not the one that \(arn) had before; ImportType NEW_KEY_MATERIAL adds a version to a symmetric key")
        }
        guard key.spec == .symmetricDefault else {
            throw KeyStoreError(.unsupportedOperation, "only symmetric encryption keys can have more than one key material")
        }
        guard key.state == .enabled || key.state == .disabled else { throw KeyStoreError(.invalidState, "\(arn) is pending import.") }
        if let pending = versions.last(where: { $0.version > key.currentVersion }) {
            throw KeyStoreError(
                .invalidState,
                "New key material (id: \(Hex.encode(id))) cannot be imported into KMS key \(arn), because another key material (id: "
                    + "\(Hex.encode(pending.materialID))) is pending rotation.")
        }
    }
}
