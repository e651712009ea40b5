/// Everything about a KMS key but its material: one authenticated record (Docs/Formats/KeyRecords.md).
///
/// Invariants, checked when a record is read: an enabled or disabled key has a current version; only a key that is
/// pending deletion has a deletion date; rotation is on only for symmetric keys made here.
struct KeyRecord: Sendable, Equatable {
    /// Bounds of AWS KMS (API reference: `DescriptionType`, `TagList`, rotation, deletion).
    static let maximumDescriptionByteCount = 8192
    static let maximumTagCount = 50
    static let rotationPeriodRange = 90...2560
    static let pendingWindowRange = 7...30
    static let maximumOnDemandRotations = 25

    let keyID: String
    let spec: KeySpec
    let usage: KeyUsage
    let origin: KeyOrigin
    let creationDate: Timestamp
    var description: String
    var state: KeyState
    var tags: [Tag]
    /// The version that encrypts; 0 while there is no material.
    var currentVersion: UInt32
    /// The highest number ever given to a version, so that none is used twice.
    var lastVersion: UInt32
    var rotation: Rotation?
    var onDemandRotationCount: UInt8
    var deletion: Deletion?

    struct Rotation: Sendable, Equatable {
        var periodInDays: Int
        var nextDate: Timestamp
    }

    struct Deletion: Sendable, Equatable {
        var date: Timestamp
        var windowInDays: Int
        /// What the attested clock said when deletion was scheduled (see `AttestedClock`).
        var attestedStart: Int64
    }

    static let formatVersion: UInt8 = 1

    var id: RecordID { .key(keyID) }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.formatVersion)
        writer.append(keyID)
        writer.append(spec.rawValue)
        writer.append(usage.rawValue)
        writer.append(origin.rawValue)
        writer.append(creationDate.nanoseconds)
        writer.append(description)
        writer.append(state.rawValue)
        writer.append(UInt16(tags.count))
        for tag in tags {
            writer.append(tag.key)
            writer.append(tag.value)
        }
        writer.append(currentVersion)
        writer.append(lastVersion)
        writer.append(rotation != nil)
        if let rotation {
            writer.append(UInt16(rotation.periodInDays))
            writer.append(rotation.nextDate.nanoseconds)
        }
        writer.append(onDemandRotationCount)
        writer.append(deletion != nil)
        if let deletion {
            writer.append(deletion.date.nanoseconds)
            writer.append(UInt16(deletion.windowInDays))
            writer.append(deletion.attestedStart)
        }
        return writer.bytes
    }

    /// nil when the bytes are not exactly what `encoded` gives for a record that keeps the invariants.
    init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.readUInt8() == Self.formatVersion, let keyID = reader.readPrefixedString(), let spec = reader.readEnum(KeySpec.self),
            let usage = reader.readEnum(KeyUsage.self), let origin = reader.readEnum(KeyOrigin.self),
            let creationDate = reader.readTimestamp(), let description = reader.readPrefixedString(),
            let state = reader.readEnum(KeyState.self), let tags = Self.readTags(&reader), let currentVersion = reader.readUInt32(),
            let lastVersion = reader.readUInt32(), let rotation = Self.readRotation(&reader), let onDemandCount = reader.readUInt8(),
            let deletion = Self.readDeletion(&reader), reader.isAtEnd
        else { return nil }
        self.init(
            keyID: keyID, spec: spec, usage: usage, origin: origin, creationDate: creationDate, description: description, state: state,
            tags: tags, currentVersion: currentVersion, lastVersion: lastVersion, rotation: rotation, onDemandRotationCount: onDemandCount,
            deletion: deletion)
        guard isConsistent else { return nil }
    }

    init(
        keyID: String, spec: KeySpec, usage: KeyUsage, origin: KeyOrigin, creationDate: Timestamp, description: String, state: KeyState,
        tags: [Tag], currentVersion: UInt32 = 0, lastVersion: UInt32 = 0, rotation: Rotation? = nil, onDemandRotationCount: UInt8 = 0,
        deletion: Deletion? = nil
    ) {
        self.keyID = keyID
        self.spec = spec
        self.usage = usage
        self.origin = origin
        self.creationDate = creationDate
        self.description = description
        self.state = state
        self.tags = tags
        self.currentVersion = currentVersion
        self.lastVersion = lastVersion
        self.rotation = rotation
        self.onDemandRotationCount = onDemandRotationCount
        self.deletion = deletion
    }

    var isConsistent: Bool {
        let hasMaterial = currentVersion > 0
        let isUsableState = state == .enabled || state == .disabled
        return UUIDText.decode(keyID) != nil && spec.allowedUsages.contains(usage) && (hasMaterial || !isUsableState)
            && (state == .pendingDeletion) == (deletion != nil) && currentVersion <= lastVersion
            && (rotation == nil || (spec == .symmetricDefault && origin == .awsKMS)) && tags.count <= Self.maximumTagCount
            && (state != .pendingImport || origin == .external)
    }

    private static func readTags(_ reader: inout ByteReader) -> [Tag]? {
        guard let count = reader.readUInt16(), Int(count) <= maximumTagCount else { return nil }
        var tags: [Tag] = []
        for _ in 0..<count {
            guard let key = reader.readPrefixedString(), let value = reader.readPrefixedString() else { return nil }
            tags.append(Tag(key: key, value: value))
        }
        return tags
    }

    private static func readRotation(_ reader: inout ByteReader) -> Rotation?? {
        guard let isPresent = reader.readBool() else { return nil }
        guard isPresent else { return .some(nil) }
        guard let days = reader.readUInt16(), rotationPeriodRange.contains(Int(days)), let next = reader.readTimestamp() else { return nil }
        return Rotation(periodInDays: Int(days), nextDate: next)
    }

    private static func readDeletion(_ reader: inout ByteReader) -> Deletion?? {
        guard let isPresent = reader.readBool() else { return nil }
        guard isPresent else { return .some(nil) }
        guard let date = reader.readTimestamp(), let days = reader.readUInt16(), pendingWindowRange.contains(Int(days)),
            let start = reader.readInt64()
        else { return nil }
        return Deletion(date: date, windowInDays: Int(days), attestedStart: start)
    }
}
