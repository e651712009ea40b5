import Foundation
import Testing

@testable import ObjectStore

@Suite("Scrub with little time")
struct ScrubBudgetTests {
    @Test("what was read of a batch is kept, so that runs too short for a batch come to the end all the same")
    func shortRuns() async throws {
        let damaged = try await DamagedStore()
        // Over before anything can begin, as it is on a busy machine.
        let budget = Duration.nanoseconds(1)
        var request = ScrubRequest()
        (request.budget, request.resume) = (budget, true)
        var covered: UInt64 = 0
        for _ in 0..<100 {
            let report = try await damaged.service.scrub(request) { _ in }
            if report.isComplete { return }
            #expect(report.verifiedObjectCount > 0 && report.coveredByteCount > covered)
            covered = report.coveredByteCount
        }
        Issue.record("a hundred runs did not come to the end")
    }
}
