/// One version of a KMS key's material, wrapped under the root key (Docs/Formats/KeyRecords.md).
struct KeyVersionRecord: Sendable, Equatable {
    /// RSA-4096 as PKCS#8 takes about 2.4 KiB.
    static let maximumMaterialByteCount = 8 * 1024
    static let materialIDByteCount = 32

    let keyID: String
    let version: UInt32
    let spec: KeySpec
    let creationDate: Timestamp
    /// HMAC-SHA256(material, "coffer key material id v1" ‖ key ID): the same material imported again into the same key has
    /// the same id, and the id tells nothing about the material.
    let materialID: [UInt8]
    /// When and why this version became the current one; nil for the first and for one that waits for its rotation.
    var rotation: Rotation?
    /// Only for material that its owner brought.
    var importInfo: ImportInfo?
    /// SubjectPublicKeyInfo DER of an asymmetric key.
    let publicKey: [UInt8]?
    /// CommittingSeal under the root key, bound to `binding`; nil once imported material was deleted or expired for good.
    var wrappedMaterial: [UInt8]?

    struct Rotation: Sendable, Equatable {
        let date: Timestamp
        let type: RotationType
    }

    struct ImportInfo: Sendable, Equatable {
        var description: String
        var validTo: Timestamp?
        /// Set when the material's time is over: it is unusable from then on, even if the clock is set back. The bytes go
        /// when the attested clock agrees.
        var isExpired: Bool
        /// What the attested clock said at the import, and the wall clock, to tell how much time has really passed.
        var attestedStart: Int64
        var importDate: Timestamp
    }

    static let formatVersion: UInt8 = 1

    var id: RecordID { .keyVersion(keyID: keyID, version: version) }
    var isUsable: Bool { wrappedMaterial != nil && importInfo?.isExpired != true }

    /// Authenticated together with the wrapped material: key ID, version, spec and creation time.
    var binding: [UInt8] {
        var writer = ByteWriter()
        writer.append(UUIDText.decode(keyID) ?? [])
        writer.append(version)
        writer.append(creationDate.nanoseconds)
        writer.append(spec.rawValue)
        return writer.bytes
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.formatVersion)
        writer.append(keyID)
        writer.append(version)
        writer.append(spec.rawValue)
        writer.append(creationDate.nanoseconds)
        writer.append(materialID)
        writer.append(rotation != nil)
        if let rotation {
            writer.append(rotation.date.nanoseconds)
            writer.append(rotation.type.rawValue)
        }
        writer.append(importInfo != nil)
        if let importInfo {
            writer.append(importInfo.description)
            writer.append(importInfo.validTo)
            writer.append(importInfo.isExpired)
            writer.append(importInfo.attestedStart)
            writer.append(importInfo.importDate.nanoseconds)
        }
        writer.appendPrefixed(publicKey ?? [])
        writer.appendPrefixed(wrappedMaterial ?? [])
        return writer.bytes
    }

    init(
        keyID: String, version: UInt32, spec: KeySpec, creationDate: Timestamp, materialID: [UInt8], rotation: Rotation? = nil,
        importInfo: ImportInfo? = nil, publicKey: [UInt8]? = nil, wrappedMaterial: [UInt8]? = nil
    ) {
        self.keyID = keyID
        self.version = version
        self.spec = spec
        self.creationDate = creationDate
        self.materialID = materialID
        self.rotation = rotation
        self.importInfo = importInfo
        self.publicKey = publicKey
        self.wrappedMaterial = wrappedMaterial
    }

    init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.readUInt8() == Self.formatVersion, let keyID = reader.readPrefixedString(), UUIDText.decode(keyID) != nil,
            let version = reader.readUInt32(), version > 0, let spec = reader.readEnum(KeySpec.self),
            let creationDate = reader.readTimestamp(), let materialID = reader.readBytes(Self.materialIDByteCount),
            let rotation = Self.readRotation(&reader), let importInfo = Self.readImportInfo(&reader),
            let publicKey = reader.readPrefixed(), let wrapped = reader.readPrefixed(), reader.isAtEnd,
            wrapped.count <= Self.maximumMaterialByteCount + CommittingSeal.overhead
        else { return nil }
        self.init(
            keyID: keyID, version: version, spec: spec, creationDate: creationDate, materialID: materialID, rotation: rotation,
            importInfo: importInfo, publicKey: publicKey.isEmpty ? nil : publicKey, wrappedMaterial: wrapped.isEmpty ? nil : wrapped)
    }

    private static func readRotation(_ reader: inout ByteReader) -> Rotation?? {
        guard let isPresent = reader.readBool() else { return nil }
        guard isPresent else { return .some(nil) }
        guard let date = reader.readTimestamp(), let type = reader.readEnum(RotationType.self) else { return nil }
        return Rotation(date: date, type: type)
    }

    private static func readImportInfo(_ reader: inout ByteReader) -> ImportInfo?? {
        guard let isPresent = reader.readBool() else { return nil }
        guard isPresent else { return .some(nil) }
        guard let description = reader.readPrefixedString(), let validTo = reader.readOptionalTimestamp(),
            let isExpired = reader.readBool(), let attestedStart = reader.readInt64(), let importDate = reader.readTimestamp()
        else { return nil }
        return ImportInfo(
            description: description, validTo: validTo, isExpired: isExpired, attestedStart: attestedStart, importDate: importDate)
    }
}
