import KeyStore
import Synchronization
import Testing

@testable import Envelope

@Suite("Versions of keys in a run")
struct KeyVersionsTests {
    /// Counts how often the key service is asked for, and has none the first time.
    final class Attempts: Sendable {
        private let attempts = Mutex(0)
        let failure: KeyStoreError?

        init(failingFirstWith failure: KeyStoreError?) { self.failure = failure }

        var count: Int { attempts.withLock { $0 } }

        func wrapping(_ service: any KeyService) -> FileKeyWrapping {
            FileKeyWrapping { () async throws(EnvelopeError) in
                let isFirst = self.attempts.withLock { attempts in
                    attempts += 1
                    return attempts == 1
                }
                if isFirst, let failure = self.failure { throw EnvelopeError(.keyService, failure.message, keyStoreError: failure) }
                return service
            }
        }
    }

    @Test(
        "a service that could not answer is asked again for the next file", arguments: [KeyStoreError.Code.unavailable, .internalFailure])
    func transient(code: KeyStoreError.Code) async throws {
        let keys = try await TestKeys(count: 1)
        let attempts = Attempts(failingFirstWith: KeyStoreError(code))
        let versions = KeyVersions(service: attempts.wrapping(keys.service))
        await #expect(throws: KeyStoreError(code)) { try await versions.current(of: keys.arns[0], .empty) }
        for _ in 0..<3 { #expect(try await versions.current(of: keys.arns[0], .empty).version == 1) }
        #expect(attempts.count == 2)
    }

    @Test("a key that cannot be used is asked about once for many files")
    func aboutKey() async throws {
        let keys = try await TestKeys(count: 1)
        try await keys.service.disableKey(keyID: keys.arns[0])
        let attempts = Attempts(failingFirstWith: nil)
        let versions = KeyVersions(service: attempts.wrapping(keys.service))
        for _ in 0..<3 {
            await #expect(throws: KeyStoreError(.disabled)) { try await versions.current(of: keys.arns[0], .empty) }
        }
        #expect(attempts.count == 1)
    }
}
