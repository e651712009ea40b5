import AuditTrail
import KeyTestSupport
import Testing

@testable import KeyStore

@Suite struct DescribeKeysTests {
    @Test func `all keys are described page by page, in one event for each page`() async throws {
        let store = try TestStore()
        var made: Set<String> = []
        for _ in 0..<5 { made.insert(try await store.makeKey().keyID) }

        let first = try await store.service.describeKeys(limit: 3, marker: nil)
        let second = try await store.service.describeKeys(limit: 3, marker: first.nextMarker)

        #expect(first.elements.count == 3)
        #expect(second.nextMarker == nil)
        #expect(Set((first.elements + second.elements).map(\.keyID)) == made)
        #expect(try store.events().suffix(2).map(\.eventName) == ["DescribeKeys", "DescribeKeys"])
    }

    @Test(arguments: [0, 1001]) func `a page has one to a thousand keys`(limit: Int) async throws {
        let store = try TestStore()
        let error = try await refusal { _ = try await store.service.describeKeys(limit: limit, marker: nil) }
        #expect(error.code == .validation)
    }
}

@Suite struct DeletionGateTests {
    private struct ClosedGate: DeletionGate {
        func approveDeletion(of keyARN: String) throws(KeyStoreError) {
            throw KeyStoreError(.accessDenied, "\(keyARN) protects something")
        }
    }

    @Test func `a key that the gate protects is not scheduled for deletion`() async throws {
        let store = try TestStore()
        let key = try await store.makeKey()
        let open = store.environment
        let gated = KeyStoreEnvironment(
            records: open.records, trail: open.trail, clock: open.clock, caller: open.caller, deletionGate: ClosedGate())
        let service = try LocalKeyService.open(gated, with: store.keyFileCredential())

        let error = try await refusal { _ = try await service.scheduleKeyDeletion(keyID: key.keyID, pendingWindowInDays: 7) }

        #expect(error.code == .accessDenied)
        #expect(try store.lastEvent()?.errorCode == "AccessDeniedException")
        #expect(try await store.state(key.keyID) == .enabled)
    }
}
