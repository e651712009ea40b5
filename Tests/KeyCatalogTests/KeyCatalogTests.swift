import Dispatch
import Foundation
import KeyStore
import Synchronization
import TestSupport
import Testing

@testable import KeyCatalog

@Suite("KeyCatalog")
struct KeyCatalogTests {
    let folder: CatalogFolder

    init() throws { folder = try CatalogFolder() }

    @Test("does what every key record store must", arguments: ConformanceCase.all)
    func conforms(_ rule: ConformanceCase) throws {
        try rule.check(folder.catalog())
    }

    @Test("records outlive the process that wrote them")
    func reopens() throws {
        let records = ConformanceCase.oneOfEach
        let first = try folder.catalog()
        for record in records { try first.put(record) }
        // Both before and after the first is closed and has folded its log back.
        for access in [KeyCatalog.Access.existing, .readOnly, .createIfMissing] {
            let second = try folder.catalog(access)
            for record in records { #expect(try second.record(record.id) == record) }
        }
    }

    @Test("closing leaves one file")
    func foldsLogBack() throws {
        try folder.makeClosedCatalog(Sample.seal(1))
        #expect(try folder.contents().keys.sorted() == ["keys.db"])
    }

    @Test("of two catalogs on one file that race to create an alias, exactly one wins")
    func aliasRace() throws {
        let keys = [Sample.keyID(1), Sample.keyID(2)]
        let catalogs = [try folder.catalog(), try folder.catalog()]
        for key in keys { try catalogs[0].put(Sample.key(key)) }
        for round in 0..<20 {
            let name = "alias/race-\(round)"
            let winners = Mutex<[Int]>([])
            DispatchQueue.concurrentPerform(iterations: 2) { contender in
                do {
                    try catalogs[contender].write { transaction throws(KeyStoreError) in
                        do throws(KeyRecordStoreError) {
                            guard try transaction.record(.alias(name)) == nil else { throw KeyRecordStoreError(.constraint, "taken") }
                            try transaction.put(Sample.alias(name, of: keys[contender]))
                        } catch {
                            throw KeyStoreError(error.message == "taken" ? .alreadyExists : .internalFailure, error.message)
                        }
                    }
                    winners.withLock { $0.append(contender) }
                } catch {
                    if error as? KeyStoreError != KeyStoreError(.alreadyExists) { Issue.record("a contender failed: \(error)") }
                }
            }
            let winner = try #require(winners.withLock { $0.count == 1 ? $0[0] : nil })
            for catalog in catalogs { #expect(try catalog.record(.alias(name))?.referencedKeyID == keys[winner]) }
        }
    }

    @Test("the change token tells of commits of another catalog on the same file")
    func tokenSeesOthers() throws {
        let (watcher, writer) = (try folder.catalog(), try folder.catalog())
        var token = try watcher.changeToken()
        for number in 0..<10 {
            try writer.put(Sample.seal(UInt8(number)))
            let next = try watcher.changeToken()
            #expect(next != token)
            #expect(try watcher.changeToken() == next)
            token = next
        }
    }

    @Test("the change token tells of commits of another process", .enabled(if: Command.isInstalled("sqlite3")))
    func tokenSeesOtherProcesses() throws {
        let catalog = try folder.catalog()
        try catalog.put(Sample.seal(1))
        let token = try catalog.changeToken()
        try Command.succeed("sqlite3", [folder.path, "UPDATE seal SET body = x'00'"])
        #expect(try catalog.changeToken() != token)
        #expect(try catalog.record(Sample.seal(1).id)?.body == [0])
    }

    @Test("the change token can be asked for from several threads while another writes")
    func tokenFromThreads() throws {
        let catalog = try folder.catalog()
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            do {
                for turn in 0..<200 {
                    guard thread == 0 else {
                        _ = try catalog.changeToken()
                        continue
                    }
                    let before = try catalog.changeToken()
                    try catalog.put(Sample.record(.catalog, body: [UInt8(turn)]))
                    #expect(try catalog.changeToken() != before)
                }
            } catch {
                Issue.record("thread \(thread): \(error)")
            }
        }
    }

    @Test("a read goes on seeing its snapshot while others commit")
    func snapshot() throws {
        let catalog = try folder.catalog()
        try catalog.put(Sample.seal(1))
        try catalog.view { reader throws(KeyRecordStoreError) in
            #expect(try reader.seals() == [Sample.seal(1)])
            #expect(throws: Never.self) { try catalog.put(Sample.seal(2)) }
            #expect(try reader.seals() == [Sample.seal(1)])
        }
        #expect(try catalog.record(Sample.seal(2).id) == Sample.seal(2))
    }

    @Test("a writer gives up with a clear error when another keeps the lock")
    func busy() throws {
        let holder = try folder.catalog()
        let waiting = try KeyCatalog(path: folder.path, access: .existing, busyTimeoutSeconds: 0.05)
        try holder.change { transaction throws(KeyRecordStoreError) in
            let error = failure { try waiting.put(Sample.seal(1)) }
            #expect(error == KeyStoreError(.unavailable))
            #expect(error?.message.contains("another process kept it locked") == true)
            try transaction.put(Sample.seal(2))
        }
        #expect(try holder.allRecords() == [Sample.seal(2)])
    }

    @Test("what was opened for reading cannot write")
    func readOnly() throws {
        try folder.makeClosedCatalog(Sample.seal(1))
        let catalog = try folder.catalog(.readOnly)
        #expect(failure { try catalog.put(Sample.seal(2)) } == KeyStoreError(.unavailable))
        #expect(failure { try catalog.purgeRemnants() } == KeyStoreError(.unavailable))
        #expect(try catalog.allRecords() == [Sample.seal(1)])
        let token = try catalog.changeToken()
        try folder.catalog(.existing).put(Sample.seal(3))
        #expect(try catalog.changeToken() != token)
    }
}
