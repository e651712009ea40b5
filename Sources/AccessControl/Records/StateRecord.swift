/// The one row that stands for all of access control. Its MAC covers the MACs of all other rows, so that none of them can be removed,
/// added, or replaced by an older copy of itself.
struct StateRecord: AccessRecord {
    static let formatVersion: Int64 = 1
    static let wrappedByteCount = 1...4096

    static let table = AccessTable(
        "access_state",
        columns: ["id", "format", "revision", "key_arn", "wrapped_key", "decoy_seed", "protects_keys", "strangers"],
        maximumRowCount: 1)

    /// Counts the changes.
    var revision: Int64
    /// The KMS key that wraps seeds and the key of the MACs.
    let keyARN: String
    /// The key of the MACs, wrapped.
    let wrappedKey: [UInt8]
    /// Unwrapped where there is no device, so that it takes the same work.
    let decoySeed: [UInt8]
    /// Whether a key is scheduled for deletion only with a code.
    var protectsKeys: Bool
    /// How many codes were for a device that there is not. Counting them costs a write, as counting those of a device does.
    var strangers: Int64

    var fields: [Field] {
        [
            .integer(1), .integer(Self.formatVersion), .integer(revision), .text(keyARN), .bytes(wrappedKey), .bytes(decoySeed),
            .integer(protectsKeys ? 1 : 0), .integer(strangers),
        ]
    }

    init(keyARN: String, wrappedKey: [UInt8], decoySeed: [UInt8]) {
        self.revision = 0
        self.keyARN = keyARN
        self.wrappedKey = wrappedKey
        self.decoySeed = decoySeed
        self.protectsKeys = true
        self.strangers = 0
    }

    init?(fields: [Field]) {
        var reader = FieldReader(fields)
        guard reader.integer(in: 1...1) != nil, reader.integer(in: Self.formatVersion...Self.formatVersion) != nil,
            let revision = reader.integer(), let keyARN = reader.text(atMost: 2048), let wrappedKey = reader.bytes(Self.wrappedByteCount),
            let decoySeed = reader.bytes(Self.wrappedByteCount), let protectsKeys = reader.boolean(), let strangers = reader.integer(),
            reader.isAtEnd
        else { return nil }
        self.revision = revision
        self.keyARN = keyARN
        self.wrappedKey = wrappedKey
        self.decoySeed = decoySeed
        self.protectsKeys = protectsKeys
        self.strangers = strangers
    }
}
