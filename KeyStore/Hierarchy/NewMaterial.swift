import OpenSSL

/// Fresh or imported material on its way into a version record.
final class NewMaterial: Sendable {
    let spec: KeySpec
    private let secret: SecretBytes
    private let publicKey: [UInt8]?

    /// Generates.
    convenience init(_ spec: KeySpec) throws(KeyStoreError) { try self.init(spec, secret: KeyMaterial.generate(spec)) }

    /// - Throws: `IncorrectKeyMaterialException` when the secret is not a key of this spec.
    init(_ spec: KeySpec, secret: consuming SecretBytes) throws(KeyStoreError) {
        self.spec = spec
        self.publicKey = try KeyMaterial.publicKey(of: secret, spec: spec)
        self.secret = secret
    }

    func id(for keyID: String) throws(KeyStoreError) -> [UInt8] { try KeyMaterial.id(of: secret, keyID: keyID) }

    /// The record of this material as version `number` of a key, wrapped under the root key.
    func version(
        _ number: UInt32, of key: KeyRecord, root: RootKey, now: Timestamp, rotation: KeyVersionRecord.Rotation? = nil,
        importInfo: KeyVersionRecord.ImportInfo? = nil
    ) throws(KeyStoreError) -> KeyVersionRecord {
        try wrapped(
            into: KeyVersionRecord(
                keyID: key.keyID, version: number, spec: key.spec, creationDate: now, materialID: id(for: key.keyID), rotation: rotation,
                importInfo: importInfo, publicKey: publicKey), root: root)
    }

    func wrapped(into record: KeyVersionRecord, root: RootKey) throws(KeyStoreError) -> KeyVersionRecord {
        var record = record
        do { record.wrappedMaterial = try root.seal(secret, label: .keyVersion, binding: record.binding) } catch {
            throw KeyStoreError(error)
        }
        return record
    }
}
