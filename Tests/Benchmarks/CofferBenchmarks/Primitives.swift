import OpenSSL

/// The cryptography of GenerateDataKey by itself, from libcrypto through the same wrappers: a random data key, a random salt, 64
/// derived bytes, and one AES-256-GCM message under a new key. No faster GenerateDataKey is possible with this ciphertext format.
enum Primitives {
    static func run(count: Int) throws {
        var deriver = try KBKDF(key: SecretBytes(random: 32))
        let label = Array("coffer kms ciphertext v1".utf8)
        let nonce = [UInt8](repeating: 0, count: AEADAlgorithm.nonceByteCount)
        let header = [UInt8](repeating: 1, count: 24)
        for _ in 0..<count {
            let dataKey = try SecretBytes(random: 32)
            let context = header + (try Random.bytes(32))
            let derived = try deriver.derive(label: label.span.bytes, context: context.span.bytes, count: 64)
            var cipher = try AEAD(.aes256GCM, key: derived.copy(0..<32))
            _ = try cipher.seal(dataKey, nonce: nonce.span.bytes, authenticating: header.span.bytes)
        }
    }
}
