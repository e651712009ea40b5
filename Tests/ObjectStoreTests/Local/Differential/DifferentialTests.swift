import KeyStore
import Testing

@testable import ObjectStore

/// Random sequences of operations, by which the embedded store has to do and say what the reference does.
@Suite("The embedded store against the reference")
struct DifferentialTests {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case unversioned, enabled, suspended, locked
        var testDescription: String { rawValue }
    }

    private static let operationCount = 350

    @Test("the same requests get the same answers, bytes and errors", arguments: Kind.allCases, [1, 2, 3] as [UInt64])
    func sequences(_ kind: Kind, _ seed: UInt64) async throws {
        var run = try await RandomRun(seed: seed, hasLock: kind == .locked)
        for side in Twins.Side.allCases {
            let subject = run.twins.subject(side)
            switch kind {
            case .unversioned: try await subject.createBucket()
            case .enabled: try await subject.createBucket(.enabled)
            case .suspended: try await subject.createBucket(.suspended)
            case .locked: try await subject.createBucket(objectLock: true)
            }
        }
        for _ in 0..<Self.operationCount { try await run.step() }
        for pageSize in [1, 2, 7, 1000] { try await run.listEverything(pageSize: pageSize) }
        try await run.readEverything()
        // A sequence of refusals would show nothing.
        #expect(run.twins.refusalCount * 2 < run.twins.operationCount)
        let check = try await run.twins.local.check(repair: false)
        #expect(check.findings.isEmpty, "\(check.findings)")
        let scrub = try await run.twins.local.scrub(ScrubRequest()) { _ in }
        #expect(scrub.isComplete && scrub.findings.isEmpty, "\(scrub.findings)")
        #expect(try run.twins.store.blobFiles().count == check.counts.blobCount)
    }
}
