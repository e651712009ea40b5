import GRDB
import KeyStore

/// Versions, in the order of their keys, and the newest of a key first.
extension StoreReader {
    private static let columns = "SELECT key, sequence, name, record, mac FROM version"

    /// The newest version of a key.
    func latest(_ key: ObjectKey, in bucket: Int64) throws(ObjectStoreError) -> VersionRow? {
        var query = try Query(db, "\(Self.columns) WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1")
        query.bind(bucket)
        query.bind(key.bytes)
        return try query.step() ? try version(query, bucket) : nil
    }

    func version(_ key: ObjectKey, _ id: VersionID, in bucket: Int64) throws(ObjectStoreError) -> VersionRow? {
        // Another shape of name was never given here, so there is no such version.
        guard let name = Self.name(of: id) else { return nil }
        var query = try Query(db, "\(Self.columns) WHERE bucket = ? AND key = ? AND name = ?")
        query.bind(bucket)
        query.bind(key.bytes)
        query.bind(name)
        return try query.step() ? try version(query, bucket) : nil
    }

    static func name(of id: VersionID) -> [UInt8]? {
        if id.isNull { return [] }
        guard let name = Hex.decode(id.text), name.count == VersionRecord.uidByteCount, Hex.encode(name) == id.text else { return nil }
        return name
    }

    /// The version that a request is about.
    ///
    /// - Throws: `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`, as `VersioningRules`.
    func locate(_ object: ObjectReference, in bucket: Int64) throws(ObjectStoreError) -> VersionRow {
        guard let id = object.versionID else { return try VersioningRules.currentObject(latest(object.key, in: bucket)) { $0.marker } }
        return try VersioningRules.namedObject(version(object.key, id, in: bucket)) { $0.marker }
    }

    func current(_ key: ObjectKey, in bucket: Int64) throws(ObjectStoreError) -> CurrentVersion {
        guard let latest = try latest(key, in: bucket) else { return .nothing }
        return latest.record.object.map { .object($0.eTag) } ?? .deleteMarker
    }

    /// All versions of a bucket from a place on.
    ///
    /// - Parameters:
    ///   - key: the first that is given.
    ///   - sequence: of the first key, only older versions are given.
    ///   - body: gets each version and says whether to go on.
    func forEachVersion(
        in bucket: Int64, from key: [UInt8], before sequence: Int64 = .max, _ body: (VersionRow) throws(ObjectStoreError) -> Bool
    ) throws(ObjectStoreError) {
        if sequence < .max {
            var query = try Query(db, "\(Self.columns) WHERE bucket = ? AND key = ? AND sequence < ? ORDER BY sequence DESC")
            query.bind(bucket)
            query.bind(key)
            query.bind(sequence)
            while try query.step() {
                guard try body(version(query, bucket)) else { return }
            }
        }
        var query = try Query(
            db, "\(Self.columns) WHERE bucket = ? AND key \(sequence < .max ? ">" : ">=") ? ORDER BY key, sequence DESC")
        query.bind(bucket)
        query.bind(key)
        while try query.step() {
            guard try body(version(query, bucket)) else { return }
        }
    }

    func hasVersions(_ bucket: Int64) throws(ObjectStoreError) -> Bool {
        var query = try Query(db, "SELECT 1 FROM version WHERE bucket = ? UNION ALL SELECT 1 FROM upload WHERE bucket = ? LIMIT 1")
        query.bind(bucket)
        query.bind(bucket)
        return try query.step()
    }

    /// The version that a statement of `key, sequence, name, record, mac` is at.
    func version(_ query: borrowing Query, _ bucket: Int64) throws(ObjectStoreError) -> VersionRow {
        let (key, sequence, name) = (query.bytes(0), query.integer(1), query.bytes(2))
        let (record, mac) = (query.bytes(3), query.bytes(4))
        try authenticator.require(mac, .version, VersionRow.place(bucket, key, sequence, name), record)
        return VersionRow(
            bucket: bucket, key: try Self.key(key), sequence: sequence, isNull: name.isEmpty,
            record: try decode { () throws(MalformedRecord) in try VersionRecord(decoding: record) }, mac: mac)
    }
}

// MARK: Listings

/// A version as a listing shows it.
struct ListedVersion {
    let key: [UInt8]
    let sequence: Int64
    let isNull: Bool
    let summary: VersionSummary

    var versionID: VersionID { isNull ? .null : VersionID(random: summary.uid) }
}

extension StoreReader {
    /// How a listing goes on after a version.
    enum Step {
        case next
        /// To the next key.
        case nextKey
        case seek([UInt8])
        case end
    }

    /// Versions of one key that are read past before the next key is looked up instead.
    private static let maximumSkipCount = 16

    /// As `forEachVersion`, with the front of each record only, and with leaps.
    func scan(
        _ bucket: Int64, from key: [UInt8], before sequence: Int64 = .max, _ body: (ListedVersion) throws(ObjectStoreError) -> Step
    ) throws(ObjectStoreError) {
        var start: Start = sequence < .max ? .within(key, before: sequence) : .at(key)
        while true {
            switch try scan(bucket, start, body) {
            case nil: return
            case let next?: start = next
            }
        }
    }

    private enum Start {
        case at([UInt8])
        case behind([UInt8])
        case within([UInt8], before: Int64)
    }

    private func scan(
        _ bucket: Int64, _ start: Start, _ body: (ListedVersion) throws(ObjectStoreError) -> Step
    ) throws(ObjectStoreError) -> Start? {
        var query: Query
        let afterwards: Start?
        switch start {
        case .at(let key):
            query = try Query(db, "\(Self.columns) WHERE bucket = ? AND key >= ? ORDER BY key, sequence DESC")
            query.bind(bucket)
            query.bind(key)
            afterwards = nil
        case .behind(let key):
            query = try Query(db, "\(Self.columns) WHERE bucket = ? AND key > ? ORDER BY key, sequence DESC")
            query.bind(bucket)
            query.bind(key)
            afterwards = nil
        case .within(let key, let sequence):
            query = try Query(db, "\(Self.columns) WHERE bucket = ? AND key = ? AND sequence < ? ORDER BY sequence DESC")
            query.bind(bucket)
            query.bind(key)
            query.bind(sequence)
            afterwards = .behind(key)
        }
        var (skipped, skipCount): ([UInt8]?, Int) = (nil, 0)
        while try query.step() {
            if let key = skipped {
                if query.equals(0, key) {
                    skipCount += 1
                    if skipCount > Self.maximumSkipCount { return .behind(key) }
                    continue
                }
                skipped = nil
            }
            let version = try listed(query, bucket)
            switch try body(version) {
            case .next: continue
            case .nextKey: (skipped, skipCount) = (version.key, 0)
            case .seek(let key): return .at(key)
            case .end: return nil
            }
        }
        return afterwards
    }

    private func listed(_ query: borrowing Query, _ bucket: Int64) throws(ObjectStoreError) -> ListedVersion {
        let (key, sequence, name, record) = (query.bytes(0), query.integer(1), query.bytes(2), query.bytes(3))
        try authenticator.require(query.bytes(4), .version, VersionRow.place(bucket, key, sequence, name), record)
        return ListedVersion(
            key: key, sequence: sequence, isNull: name.isEmpty,
            summary: try decode { () throws(MalformedRecord) in try VersionSummary(decoding: record) })
    }
}
