import Testing

@testable import ObjectStore

@Suite("Every call of every operation fails once")
struct FaultSweepTests {
    @Test("nothing acknowledged is lost, nothing is half done, and no write follows a failed one", arguments: FaultSweep.all)
    func sweep(_ sweep: FaultSweep) async throws {
        let sample = try await SampleStore()
        var counts: [String] = []
        let start = ContinuousClock.now
        for operation in StoreOperation.all {
            let count = try await sweep.run(operation, sample)
            counts.append("\(operation.name) \(count)")
        }
        print("Faults, \(sweep.testDescription), \(ContinuousClock.now - start): \(counts.joined(separator: ", "))")
    }
}
