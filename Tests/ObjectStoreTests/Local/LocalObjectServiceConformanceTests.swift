import Testing

@testable import ObjectStore

@Suite("S3's rules, for the embedded store")
struct LocalObjectServiceConformanceTests {
    @Test(arguments: ObjectServiceRule.all)
    func conforms(_ rule: ObjectServiceRule) async throws {
        let store = try LocalStore()
        let service = try await store.open()
        try await store.enrol(on: service)
        try await rule.check(try await store.subject())
    }
}
