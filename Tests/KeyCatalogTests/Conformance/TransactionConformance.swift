import Dispatch
import KeyStore
import Testing

extension ConformanceCase {
    static let transactions = [
        ConformanceCase("an error takes every change back and passes through unchanged") { store throws in
            try store.put(Sample.seal(1), Sample.seal(2))
            let thrown = KeyStoreError(.limitExceeded, "a sentence of the caller's own")
            do throws(KeyStoreError) {
                try store.write { transaction throws(KeyStoreError) in
                    do throws(KeyRecordStoreError) {
                        for record in oneOfEach { try transaction.put(record) }
                        try transaction.remove(.seal(Array(repeating: 1, count: 16)))
                    } catch {
                        throw KeyStoreError(error)
                    }
                    throw thrown
                }
                Issue.record("the transaction was committed")
            } catch {
                #expect(error.code == thrown.code)
                #expect(error.message == thrown.message)
            }
            #expect(try store.allRecords() == [Sample.seal(1), Sample.seal(2)])
            #expect(try store.record(.catalog) == nil)
        },
        ConformanceCase("an error of a read passes through unchanged") { store throws in
            let thrown = KeyStoreError(.notFound, "a sentence of the caller's own")
            do throws(KeyStoreError) {
                try store.read { _ throws(KeyStoreError) in throw thrown }
                Issue.record("nothing was thrown")
            } catch {
                #expect(error.code == thrown.code)
                #expect(error.message == thrown.message)
            }
        },
        ConformanceCase("a transaction sees its own changes, and hands back what its closure returns") { store throws in
            try store.put(Sample.seal(1))
            let seen = try store.change { transaction throws(KeyRecordStoreError) in
                try transaction.remove(Sample.seal(1).id)
                try transaction.put(Sample.seal(2))
                return try transaction.seals()
            }
            #expect(seen == [Sample.seal(2)])
        },
        ConformanceCase("simultaneous writers take turns and lose no update") { store throws in
            let writers = 4
            let turns = 25
            DispatchQueue.concurrentPerform(iterations: writers) { _ in
                for _ in 0..<turns {
                    do {
                        try store.change { transaction throws(KeyRecordStoreError) in
                            let count = try transaction.record(.catalog)?.body.first ?? 0
                            try transaction.put(Sample.record(.catalog, body: [count + 1]))
                        }
                    } catch {
                        Issue.record("a writer failed: \(error)")
                    }
                }
            }
            #expect(try store.record(.catalog)?.body == [UInt8(writers * turns)])
        },
    ]

    static let changes = [
        ConformanceCase("the change token is another one after each commit") { store throws in
            var seen: Set<UInt64> = [try store.changeToken()]
            for number in 0..<20 {
                try store.put(Sample.seal(UInt8(number)))
                seen.insert(try store.changeToken())
            }
            #expect(seen.count == 21)
        },
        ConformanceCase("the change token stays while nothing is committed") { store throws in
            try store.put(Sample.seal(1))
            let token = try store.changeToken()
            _ = try store.allRecords()
            #expect(throws: KeyStoreError.self) {
                try store.write { transaction throws(KeyStoreError) in
                    do throws(KeyRecordStoreError) { try transaction.put(Sample.seal(2)) } catch { throw KeyStoreError(error) }
                    throw KeyStoreError(.conflict)
                }
            }
            #expect(try store.changeToken() == token)
        },
        ConformanceCase("purging remnants leaves what is stored") { store throws in
            for record in oneOfEach { try store.put(record) }
            try store.remove(.alias("alias/a"))
            try store.purgeRemnants()
            for record in oneOfEach.dropLast() { #expect(try store.record(record.id) == record) }
            try store.purgeRemnants()
        },
    ]
}
