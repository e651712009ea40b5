import KeyStore
import Testing

extension ConformanceCase {
    private static let keyID = Sample.keyID(1)

    /// One of each kind, a key before what refers to it.
    static let oneOfEach = [
        Sample.record(.catalog), Sample.seal(7), Sample.key(keyID), Sample.version(1, of: keyID), Sample.alias("alias/a", of: keyID),
    ]

    static let records = [
        ConformanceCase("an empty store has no records") { store throws in
            for record in oneOfEach { #expect(try store.record(record.id) == nil) }
            #expect(try store.allRecords() == [])
        },
        ConformanceCase("what was put comes back as it was") { store throws in
            for record in oneOfEach { try store.put(record) }
            for record in oneOfEach { #expect(try store.record(record.id) == record) }
        },
        ConformanceCase("an empty body and one of the greatest length are kept") { store throws in
            let greatest = [UInt8](repeating: 0xA5, count: StoredRecord.maximumBodyByteCount)
            for (number, body) in [[], greatest].enumerated() {
                let record = Sample.record(.key(Sample.keyID(number)), body: body)
                try store.put(record)
                #expect(try store.record(record.id) == record)
            }
        },
        ConformanceCase("putting again replaces, and leaves what refers to the record") { store throws in
            for record in oneOfEach { try store.put(record) }
            let changed = oneOfEach.map { Sample.record($0.id, seed: 9, of: $0.referencedKeyID) }
            for record in changed { try store.put(record) }
            for record in changed { #expect(try store.record(record.id) == record) }
        },
        ConformanceCase("an alias can be pointed to another key") { store throws in
            let other = Sample.keyID(2)
            try store.put(Sample.key(keyID), Sample.key(other), Sample.alias("alias/a", of: keyID))
            try store.put(Sample.alias("alias/a", of: other, seed: 1))
            #expect(try store.record(.alias("alias/a"))?.referencedKeyID == other)
            let ofFirst = try store.view { reader throws(KeyRecordStoreError) in try reader.aliases(after: nil, of: keyID, limit: 9) }
            #expect(ofFirst == [])
        },
        ConformanceCase("a removed record is gone and others stay") { store throws in
            for record in oneOfEach { try store.put(record) }
            try store.remove(.alias("alias/a"))
            #expect(try store.record(.alias("alias/a")) == nil)
            try store.remove(.keyVersion(keyID: keyID, version: 1), .key(keyID))
            #expect(try store.allRecords() == [Sample.seal(7)])
            #expect(try store.record(.catalog) == Sample.record(.catalog))
        },
        ConformanceCase("removing what is not there is an error") { store throws in
            for record in oneOfEach {
                var code: KeyRecordStoreError.Code?
                try store.change { transaction throws(KeyRecordStoreError) in
                    do throws(KeyRecordStoreError) { try transaction.remove(record.id) } catch { code = error.code }
                }
                #expect(code == .constraint, "\(record.id)")
            }
        },
        ConformanceCase("a body that is too long or a MAC of another length is refused") { store throws in
            let id = RecordID.key(keyID)
            let long = [UInt8](repeating: 1, count: StoredRecord.maximumBodyByteCount + 1)
            let mac = [UInt8](repeating: 2, count: 32)
            let refused = [
                StoredRecord(id: id, body: long, mac: mac), StoredRecord(id: id, body: [1], mac: Array(mac.dropLast())),
                StoredRecord(id: id, body: [1], mac: mac + [3]), StoredRecord(id: id, body: [1], mac: []),
            ]
            for record in refused { #expect(failure { try store.put(record) } != nil) }
            #expect(try store.record(id) == nil)
        },
    ]
}
