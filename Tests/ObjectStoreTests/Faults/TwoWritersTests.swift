import Findings
import Synchronization
import SystemPackage
import Testing

@testable import ObjectStore

@Suite("Two processes write, and the disk of one fails")
struct TwoWritersTests {
    private final class Ledger: Sendable {
        private let entries = Mutex<[String: [UInt8]]>([:])
        var acknowledged: [String: [UInt8]] { entries.withLock { $0 } }
        func note(_ key: String, _ bytes: [UInt8]) { entries.withLock { $0[key] = bytes } }
    }

    private static let writerCount = 4
    private static let putCount = 15

    /// - Returns: the codes of the refusals.
    private func write(_ service: LocalObjectService, _ name: String, _ ledger: Ledger) async -> Set<ObjectStoreErrorCode> {
        await withTaskGroup(of: Set<ObjectStoreErrorCode>.self) { group in
            for writer in 0..<Self.writerCount {
                group.addTask {
                    var codes: Set<ObjectStoreErrorCode> = []
                    for number in 0..<Self.putCount {
                        let key = "\(name)/\(writer)/\(number)"
                        let bytes = SampleStore.bytes(number % 3 == 0 ? 25_000 : 400, seed: UInt64(writer * 100 + number))
                        do {
                            try await SampleStore.put(service, SampleStore.kept, key, bytes)
                            ledger.note(key, bytes)
                        } catch let error as ObjectStoreError {
                            codes.insert(error.code)
                        } catch { Issue.record(error) }
                    }
                    return codes
                }
            }
            return await group.reduce(into: []) { $0.formUnion($1) }
        }
    }

    @Test("what either was told to be stored is there, and neither writes on", arguments: [1, 30, 70], [Errno.ioError, .noSpace])
    func oneFails(_ number: Int, _ errno: Errno) async throws {
        let sample = try await SampleStore()
        let copy = try sample.copy()
        let faults = BlobFaults()
        let (one, other) = (try await copy.open(), try await copy.open(faults))
        faults.arm(failAt: number, of: BlobFaults.Call.changing, with: errno)
        let ledger = Ledger()
        async let first = write(one, "one", ledger)
        async let second = write(other, "other", ledger)
        let (codes, otherCodes) = await (first, second)
        #expect(faults.failed != nil)
        let isLasting = errno == .ioError
        #expect(codes.isSubset(of: isLasting ? [.storeReadOnly] : []), "\(codes)")
        #expect(otherCodes.isSubset(of: isLasting ? [.storageFailure, .storeReadOnly] : [.noSpace]), "\(otherCodes)")
        let service = try await copy.open()
        #expect(try await service.statistics().isWritable == !isLasting)
        for (key, bytes) in ledger.acknowledged {
            let response = try await service.getObject(GetObjectRequest(SampleStore.object(SampleStore.kept, key)))
            #expect(try await response.body.collect(limit: 1 << 20) == bytes)
        }
        let check = try await service.check(repair: false)
        #expect(check.findings.allSatisfy { FaultSweep.harmless.contains($0.id) }, "\(check.findings.map(\.id))")
        try await SampleStore.put(service, StoreImage.probes, "probe", [1])
    }
}
