import Foundation
import KeyStore
import TestSupport
import Testing

@testable import KeyCatalog

/// What removed records leave behind in the files.
@Suite("Remnants")
struct RemnantTests {
    let folder: CatalogFolder

    init() throws { folder = try CatalogFolder() }

    /// 24 bytes that occur nowhere else, `count` times.
    private func marked(_ number: Int, times count: Int = 3) -> [UInt8] {
        let marker = Array("<removed body \(String(number + 10_000_000))>".utf8)
        return Array(repeatElement(marker, count: count).joined())
    }

    private func filesThatContain(_ marker: [UInt8]) throws -> [String] {
        try folder.contents().filter { $0.value.range(of: Data(marker)) != nil }.keys.sorted()
    }

    @Test("a removed key version is in none of the files after the purge", arguments: [1, 200, 2700])
    func removedBody(_ repetitions: Int) throws {
        let id = Sample.keyID(1)
        let version = Sample.record(.keyVersion(keyID: id, version: 1), body: marked(1, times: repetitions))
        let catalog = try folder.catalog()
        try catalog.put(Sample.key(id), version)
        #expect(try filesThatContain(marked(1, times: 1)) == ["keys.db-wal"])
        try catalog.purgeRemnants()
        #expect(try filesThatContain(marked(1, times: 1)) == ["keys.db"])
        try catalog.remove(version.id)
        #expect(try filesThatContain(marked(1, times: 1)) == ["keys.db"], "SQLite changed: a removal reached the file by itself")
        try catalog.purgeRemnants()
        #expect(try filesThatContain(marked(1, times: 1)) == [])
        #expect(try folder.contents()["keys.db-wal"] == Data())
    }

    /// Pages are split and merged while this goes on, and `secure_delete` does not clear the old place of each row that moves.
    @Test("of thousands of random changes, only what is stored remains after the purge", arguments: 1...4)
    func churn(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let catalog = try folder.catalog()
        let keys = (0..<40).map { Sample.keyID($0) }
        for key in keys { try catalog.put(Sample.key(key)) }
        var live: [RecordID: Int] = [:]
        var next = 0
        for _ in 0..<60 {
            try catalog.change { transaction throws(KeyRecordStoreError) in
                for _ in 0..<50 {
                    let key = keys[Int.random(in: 0..<keys.count, using: &random)]
                    let number = UInt32.random(in: 0..<12, using: &random)
                    let ids: [RecordID] = [.keyVersion(keyID: key, version: number), .alias("alias/\(key.suffix(4))/\(number)"), .key(key)]
                    let id = ids[Int.random(in: 0..<3, using: &random)]
                    var isKey = false
                    if case .key = id { isKey = true }
                    if live[id] != nil, !isKey, Int.random(in: 0..<2, using: &random) == 0 {
                        try transaction.remove(id)
                        live[id] = nil
                    } else {
                        // Mostly small, some with overflow pages.
                        let length = Int.random(in: 0..<10, using: &random) == 0 ? 600 : Int.random(in: 1..<40, using: &random)
                        try transaction.put(Sample.record(id, body: marked(next, times: length), of: key))
                        live[id] = next
                        next += 1
                    }
                }
            }
        }
        try catalog.purgeRemnants()
        let stored = try #require(try folder.contents()["keys.db"])
        #expect(markers(in: stored).symmetricDifference(live.values).sorted() == [])
        #expect(try folder.contents()["keys.db-wal"] == Data())
    }

    private func markers(in data: Data) -> Set<Int> {
        let prefix = Data("<removed body ".utf8)
        var found: Set<Int> = []
        var rest = data[...]
        while let range = rest.range(of: prefix) {
            let digits = String(decoding: rest[range.upperBound...].prefix(8), as: UTF8.self)
            if let number = Int(digits) { found.insert(number - 10_000_000) }
            rest = rest[range.upperBound...]
        }
        return found
    }

    @Test("a purge fails while another has a snapshot open, and works when that is closed")
    func busySnapshot() throws {
        let other = try folder.catalog()
        let catalog = try KeyCatalog(path: folder.path, access: .existing, busyTimeoutSeconds: 0.05)
        try catalog.put(Sample.record(.seal(Array(repeating: 1, count: 16)), body: marked(1)))
        try other.view { reader throws(KeyRecordStoreError) in
            _ = try reader.seals()
            let error = failure {
                try catalog.remove(Sample.seal(1).id)
                try catalog.purgeRemnants()
            }
            #expect(error == KeyStoreError(.unavailable))
            #expect(error?.message.contains("another process kept it locked") == true)
        }
        try catalog.purgeRemnants()
        #expect(try filesThatContain(marked(1, times: 1)) == [])
    }
}
