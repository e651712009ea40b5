import Foundation
import KeyStore
import KeyTestSupport
import OpenSSL
import SystemPackage
import Testing

@testable import AuditTrail
@testable import ObjectStore

@Suite("The audit trail of an object store fails")
struct AuditFaultTests {
    private static let deletions = [
        "put a delete marker", "delete a version", "delete many", "abort an upload", "restore", "retain an object", "tag an object",
    ]

    @Test("what cannot be recorded is not done, and is done when it can be", arguments: deletions)
    func notRecorded(_ name: String) async throws {
        let operation = try #require(StoreOperation.all.first { $0.name == name })
        let sample = try await SampleStore()
        let copy = try sample.copy()
        // The store's own trail: that of its keys goes on, so that it is the deletion that cannot be recorded.
        let file = try FaultyAuditFile(path: copy.folder.appendingPathComponent("audit.log").path)
        let trail = try AuditTrail(file: file, path: "audit.log")
        try trail.authenticate(with: SecretBytes(copying: [UInt8](repeating: 9, count: 32).span.bytes))
        let whole = copy.environment()
        let service = try await LocalObjectService.open(
            ObjectStoreEnvironment(
                folder: whole.folder, keys: whole.keys, trail: trail, clock: whole.clock, caller: whole.caller, identity: whole.identity),
            .existing)
        let before = try await StoreImage.read(service, isExact: true)
        file.setBroken(true)
        do {
            try await operation.run(sample, copy, service)
            Issue.record("\(name) was carried out without a record")
        } catch let error as ObjectStoreError {
            #expect(error.code == .auditUnavailable, "\(error)")
        }
        file.setBroken(false)
        let refused = try await StoreImage.read(service, isExact: true)
        #expect(refused.differences(from: before) == [])
        // The disk of the trail says nothing of that of the objects.
        try await operation.run(sample, copy, service)
        #expect(try await StoreImage.read(service, isExact: true) != before)
        #expect(try await !service.check(repair: false).isDamaged)
    }
}
