import KeyStore

/// Short forms of what KeyStore does with an engine: the record errors of the inside become errors of the outside.
extension KeyRecordStore {
    func change<R>(_ body: (any KeyRecordTransaction) throws(KeyRecordStoreError) -> R) throws(KeyStoreError) -> R {
        try write { transaction throws(KeyStoreError) in
            do throws(KeyRecordStoreError) { return try body(transaction) } catch { throw KeyStoreError(error) }
        }
    }

    func view<R>(_ body: (any KeyRecordReader) throws(KeyRecordStoreError) -> R) throws(KeyStoreError) -> R {
        try read { reader throws(KeyStoreError) in
            do throws(KeyRecordStoreError) { return try body(reader) } catch { throw KeyStoreError(error) }
        }
    }

    func put(_ records: StoredRecord...) throws(KeyStoreError) {
        try change { transaction throws(KeyRecordStoreError) in
            for record in records { try transaction.put(record) }
        }
    }

    func remove(_ ids: RecordID...) throws(KeyStoreError) {
        try change { transaction throws(KeyRecordStoreError) in
            for id in ids { try transaction.remove(id) }
        }
    }

    func record(_ id: RecordID) throws(KeyStoreError) -> StoredRecord? {
        try view { reader throws(KeyRecordStoreError) in try reader.record(id) }
    }

    /// Every record but the catalog's, in the order of their descriptions.
    func allRecords() throws(KeyStoreError) -> [StoredRecord] {
        var all: [StoredRecord] = []
        try view { reader throws(KeyRecordStoreError) in
            try reader.forEachRecord { record throws(KeyRecordStoreError) in all.append(record) }
        }
        return all.sorted { $0.id.description < $1.id.description }
    }
}

/// Records whose content follows from their id and a seed, so that two of them are told apart.
enum Sample {
    static func record(_ id: RecordID, body: [UInt8]? = nil, seed: UInt8 = 0, of keyID: String? = nil) -> StoredRecord {
        let text = Array("\(id) ".utf8)
        let mac = (0..<32).map { text[$0 % text.count] &+ UInt8($0) &+ seed }
        return StoredRecord(id: id, body: body ?? text + [seed], mac: mac, referencedKeyID: keyID)
    }

    static func key(_ id: String, seed: UInt8 = 0) -> StoredRecord { record(.key(id), seed: seed) }
    static func version(_ number: UInt32, of keyID: String, seed: UInt8 = 0) -> StoredRecord {
        record(.keyVersion(keyID: keyID, version: number), seed: seed)
    }
    static func alias(_ name: String, of keyID: String, seed: UInt8 = 0) -> StoredRecord {
        record(.alias(name), seed: seed, of: keyID)
    }
    static func seal(_ byte: UInt8) -> StoredRecord { record(.seal(Array(repeating: byte, count: 16))) }

    /// A key ID in the shape that KeyStore gives them.
    static func keyID(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
}

/// The code of the KeyStoreError that `body` throws; nil when it throws none.
func failure(of body: () throws -> Void) -> KeyStoreError? {
    do {
        try body()
        return nil
    } catch {
        return error as? KeyStoreError ?? KeyStoreError(.internalFailure, "not a KeyStoreError: \(error)")
    }
}
