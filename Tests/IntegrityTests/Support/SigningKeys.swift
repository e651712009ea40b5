import KeyStore
import KeyTestSupport

/// A real key service in memory, for one test.
typealias SigningKeys = TestKeyStore<InMemoryKeyRecords>

extension SigningKeys {
    /// - Returns: the ARN of a new key that can sign manifests.
    func makeSigner() async throws -> String { try await makeKey(.eccNISTEdwards25519, .signVerify).arn }
}
