import KeyTestSupport
import OpenSSL
import Testing

@testable import ObjectStore

/// The reference by the rules that every implementation is held to.
@Suite("S3's rules, for the reference in memory")
struct ReferenceObjectServiceTests {
    @Test(arguments: ObjectServiceRule.all)
    func conforms(_ rule: ObjectServiceRule) async throws {
        let clock = ManualClock()
        let subject = Subject(service: ReferenceObjectService(clock: clock), clock: clock) {
            let text = Array("reference 000000".utf8)
            return MFAToken(try SecretBytes(copying: text.bytes))
        }
        try await rule.check(subject)
    }
}
