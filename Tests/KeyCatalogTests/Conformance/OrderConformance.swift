import KeyStore
import Testing

extension ConformanceCase {
    static let order = [
        ConformanceCase("all seals are listed") { store throws in
            let seals = (0..<20).map { Sample.seal($0) }
            for seal in seals { try store.put(seal) }
            let listed = try store.view { reader throws(KeyRecordStoreError) in try reader.seals() }
            #expect(listed.count == seals.count)
            #expect(Set(listed.map(\.id)) == Set(seals.map(\.id)))
        },
        ConformanceCase("keys are listed in the order of their ids, a page at a time") { store throws in
            let ids = (0..<25).map { Sample.keyID($0) }
            for id in ids.shuffled() { try store.put(Sample.key(id)) }
            #expect(
                try pages(of: 10) { reader, last, limit throws(KeyRecordStoreError) in
                    var after: String?
                    if case .key(let id)? = last { after = id }
                    return try reader.keys(after: after, limit: limit)
                }(store) == ids.map { Sample.key($0) })
        },
        ConformanceCase("aliases are listed in byte order, a page at a time") { store throws in
            let keyID = Sample.keyID(1)
            // Not the order of a dictionary: upper case before lower case, "-" before "/" before digits.
            let names = ["alias/A", "alias/Z", "alias/a", "alias/a-b", "alias/a/b", "alias/a0", "alias/aa", "alias/z"]
            try store.put(Sample.key(keyID))
            for name in names.shuffled() { try store.put(Sample.alias(name, of: keyID)) }
            for key in [nil, keyID] {
                #expect(
                    try pages(of: 3) { reader, last, limit throws(KeyRecordStoreError) in
                        var after: String?
                        if case .alias(let name)? = last { after = name }
                        return try reader.aliases(after: after, of: key, limit: limit)
                    }(store) == names.map { Sample.alias($0, of: keyID) })
            }
        },
        ConformanceCase("aliases of one key leave out those of others") { store throws in
            let ids = [Sample.keyID(1), Sample.keyID(2)]
            for id in ids { try store.put(Sample.key(id)) }
            for number in 0..<10 { try store.put(Sample.alias("alias/\(number)", of: ids[number % 2])) }
            let listed = try store.view { reader throws(KeyRecordStoreError) in
                try reader.aliases(after: "alias/3", of: ids[1], limit: 2)
            }
            #expect(listed.map(\.id) == [.alias("alias/5"), .alias("alias/7")])
        },
        ConformanceCase("a limit of zero lists nothing") { store throws in
            for record in oneOfEach { try store.put(record) }
            try store.view { reader throws(KeyRecordStoreError) in
                #expect(try reader.keys(after: nil, limit: 0) == [])
                #expect(try reader.aliases(after: nil, of: nil, limit: 0) == [])
            }
        },
        ConformanceCase("the versions of a key are listed oldest first, those of other keys left out") { store throws in
            let ids = [Sample.keyID(1), Sample.keyID(2)]
            let numbers: [UInt32] = [0, 1, 2, 10, 0x7FFF_FFFF, 0x8000_0000, .max]
            for id in ids {
                try store.put(Sample.key(id))
                for number in numbers.shuffled() { try store.put(Sample.version(number, of: id)) }
            }
            for id in ids {
                let listed = try store.view { reader throws(KeyRecordStoreError) in try reader.keyVersions(of: id) }
                #expect(listed == numbers.map { Sample.version($0, of: id) })
            }
        },
        ConformanceCase("each record but the catalog's is visited once") { store throws in
            try store.put(Sample.record(.catalog))
            var expected: [StoredRecord] = []
            for number in 0..<150 {
                let id = Sample.keyID(number)
                expected += [Sample.key(id), Sample.version(1, of: id), Sample.version(2, of: id)]
                expected += [Sample.alias("alias/\(number)", of: id), Sample.seal(UInt8(number))]
            }
            let records = expected
            try store.change { transaction throws(KeyRecordStoreError) in
                for record in records { try transaction.put(record) }
            }
            #expect(try store.allRecords() == expected.sorted { $0.id.description < $1.id.description })
        },
        ConformanceCase("records can be changed while they are visited") { store throws in
            let ids = (0..<150).map { Sample.keyID($0) }
            for id in ids { try store.put(Sample.key(id)) }
            try store.change { transaction throws(KeyRecordStoreError) in
                try transaction.forEachRecord { record throws(KeyRecordStoreError) in
                    try transaction.put(Sample.record(record.id, seed: 5))
                }
            }
            #expect(try store.allRecords() == ids.map { Sample.key($0, seed: 5) })
        },
    ]

    private typealias PageReader = (any KeyRecordReader, RecordID?, Int) throws(KeyRecordStoreError) -> [StoredRecord]

    /// Lists everything by asking for the page after the last record until one is short, and checks the length of each.
    private static func pages(of limit: Int, _ next: @escaping PageReader) -> (any KeyRecordStore) throws -> [StoredRecord] {
        { store in
            var all: [StoredRecord] = []
            while true {
                let last = all.last?.id
                let page = try store.view { reader throws(KeyRecordStoreError) in try next(reader, last, limit) }
                #expect(page.count <= limit)
                all += page
                if page.count < limit { return all }
            }
        }
    }
}
