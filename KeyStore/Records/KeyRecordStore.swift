/// Names one record of a key store.
public enum RecordID: Sendable, Hashable {
    /// The one record that describes the whole: revision, clock, digest of all other records.
    case catalog
    /// A slot that opens the root key; 16-byte id.
    case seal([UInt8])
    /// A KMS key, by its key ID (lower-case UUID).
    case key(String)
    /// One version of a KMS key's material.
    case keyVersion(keyID: String, version: UInt32)
    /// An alias, by its whole name (`alias/…`).
    case alias(String)
}

extension RecordID: CustomStringConvertible {
    /// How an error names the row.
    public var description: String {
        switch self {
        case .catalog: "catalog state"
        case .seal(let id): "seal \(Hex.encode(id))"
        case .key(let id): "key \(id)"
        case .keyVersion(let keyID, let version): "version \(version) of key \(keyID)"
        case .alias(let name): name
        }
    }
}

/// A record as a storage engine sees it: bytes that KeyStore made and will authenticate again when they come back.
public struct StoredRecord: Sendable, Equatable {
    public let id: RecordID
    /// KeyStore's canonical encoding (Docs/Formats/KeyRecords.md). At most ``maximumBodyByteCount`` bytes.
    public let body: [UInt8]
    /// 32 bytes, HMAC-SHA256 over id and body.
    public let mac: [UInt8]
    /// For an alias: the key that it points to, so that a database can enforce that the key exists. KeyStore believes
    /// the body, never this.
    public let referencedKeyID: String?

    public static let maximumBodyByteCount = 64 * 1024

    public init(id: RecordID, body: [UInt8], mac: [UInt8], referencedKeyID: String? = nil) {
        self.id = id
        self.body = body
        self.mac = mac
        self.referencedKeyID = referencedKeyID
    }
}

/// Why storage failed. KeyStore turns it into a `KeyStoreError`.
public struct KeyRecordStoreError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable { case unavailable, damaged, newerFormat, constraint, busy }
    public let code: Code
    public let message: String
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
    public var description: String { message }
}

/// What can be read within one consistent snapshot.
public protocol KeyRecordReader {
    func record(_ id: RecordID) throws(KeyRecordStoreError) -> StoredRecord?
    /// All seals, in no particular order.
    func seals() throws(KeyRecordStoreError) -> [StoredRecord]
    /// Keys in the order of their ids, those after `keyID` if given, at most `limit`.
    func keys(after keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord]
    /// Versions of one key, oldest first.
    func keyVersions(of keyID: String) throws(KeyRecordStoreError) -> [StoredRecord]
    /// Aliases in the order of their names (byte order), those after `name` if given, only of one key if given, at most `limit`.
    func aliases(after name: String?, of keyID: String?, limit: Int) throws(KeyRecordStoreError) -> [StoredRecord]
    /// Calls `body` with each record of the store but the catalog record, in any order.
    func forEachRecord(_ body: (StoredRecord) throws(KeyRecordStoreError) -> Void) throws(KeyRecordStoreError)
}

/// A snapshot that can also be changed. Changes become visible to others and durable together, or not at all.
public protocol KeyRecordTransaction: KeyRecordReader {
    /// Inserts or replaces.
    func put(_ record: StoredRecord) throws(KeyRecordStoreError)
    /// Removes the record; removing what is not there is an error (`constraint`).
    func remove(_ id: RecordID) throws(KeyRecordStoreError)
}

/// Durable storage of key records, as KeyStore needs it. One conformance suite covers every engine.
///
/// Closures throw `KeyStoreError`; an engine rethrows it unchanged after rolling back, and turns its own failures into
/// `KeyStoreError` with ``KeyStoreError/init(_:)-(KeyRecordStoreError)``.
public protocol KeyRecordStore: Sendable {
    /// A number that differs from an earlier one whenever anybody, also another process, has committed in between.
    /// Called before each operation: it must be cheap (≤ 3 µs).
    func changeToken() throws(KeyStoreError) -> UInt64

    func read<R>(_ body: (any KeyRecordReader) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R

    /// Runs `body` as the only writer of the store (other processes wait), commits, and returns when the commit is durable.
    func write<R>(_ body: (any KeyRecordTransaction) throws(KeyStoreError) -> R) throws(KeyStoreError) -> R

    /// Leaves no removed bytes behind in the files of the store (free pages, write-ahead log).
    func purgeRemnants() throws(KeyStoreError)
}

extension KeyStoreError {
    public init(_ error: KeyRecordStoreError) {
        switch error.code {
        case .unavailable, .busy, .constraint: self.init(.unavailable, error.message)
        case .damaged: self.init(.damagedRecord, error.message)
        case .newerFormat: self.init(.newerFormat, error.message)
        }
    }
}
