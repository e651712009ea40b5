import OpenSSL
import TestSupport
import Testing

@Suite("OpenSSLError")
struct OpenSSLErrorTests {
    private static let garbage = [UInt8](repeating: 0x30, count: 64)

    /// Calls that fail inside libcrypto, or succeed after libcrypto tried something that did not.
    static let calls: [(name: String, code: OpenSSLError.Code?, body: @Sendable () throws -> Void)] = [
        ("public key of garbage", .invalidKey, { _ = try PublicKey(spkiDER: garbage.span.bytes) }),
        ("private key of garbage", .invalidKey, { _ = try PrivateKey(pkcs8DER: secret(garbage)) }),
        ("unwrapping garbage", .authenticationFailed, { _ = try AESKeyWrap.unwrap(garbage.span.bytes, with: SecretBytes(random: 32)) }),
        (
            "opening garbage", .authenticationFailed,
            {
                let nonce = [UInt8](garbage.prefix(12))
                var aead = try AEAD(.aes256GCM, key: SecretBytes(random: 32))
                _ = try aead.openSecret(garbage.span.bytes, nonce: nonce.span.bytes, authenticating: garbage.span.bytes)
            }
        ),
        (
            "a point off the curve", .invalidKey,
            {
                let point = [4] + garbage
                _ = try PublicKey(uncompressedPoint: point.span.bytes, .p256)
            }
        ),
        (
            "a point of small order", .invalidKey,
            {
                let zero = [UInt8](repeating: 0, count: 32)
                _ = try PrivateKey.generate(.x25519).sharedSecret(with: PublicKey(rawX25519: zero.span.bytes))
            }
        ),
        (
            "a malformed signature", nil,
            {
                let key = try PrivateKey.generate(.p256).publicKey()
                #expect(try !key.isValidSignature(garbage.span.bytes, message: garbage.span.bytes, .ecdsa(.sha256)))
            }
        ),
        ("a key that goes out and comes back", nil, { _ = try PrivateKey(pkcs8DER: PrivateKey.generate(.p384).pkcs8DER()) }),
    ]

    @Test("every failure has its code, and no call leaves an error on the thread's queue", arguments: calls.indices)
    func queueIsEmpty(index: Int) throws {
        let call = Self.calls[index]
        #expect(try failure(call.body) == call.code, "\(call.name)")
        #expect(Library.peekError() == 0, "\(call.name)")
    }

    @Test("a failure carries libcrypto's own reason, and says in one sentence what was tried")
    func reason() throws {
        let error = #expect(throws: OpenSSLError.self) { _ = try PublicKey(spkiDER: Self.garbage.span.bytes) }
        #expect(error?.operation == "read public key")
        #expect(error?.reason.isEmpty == false)
        #expect(error?.description.hasPrefix("read public key: invalid key (") == true)
    }

    @Test("without a reason the description ends with the code")
    func descriptionWithoutReason() {
        let error = OpenSSLError(code: .authenticationFailed, operation: "AES-256-GCM open", reason: "")
        #expect("\(error)" == "AES-256-GCM open: authentication failed")
    }
}
