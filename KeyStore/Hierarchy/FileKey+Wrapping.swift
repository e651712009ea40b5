public import OpenSSL

/// How a file key is given to a recipient that is not a KMS key: what all of age's own recipient types share.
extension FileKey {
    /// Bytes of a file key under a wrap key.
    public static let wrappedByteCount = byteCount + AEADAlgorithm.tagByteCount
    private static let nonce = [UInt8](repeating: 0, count: AEADAlgorithm.nonceByteCount)

    /// ChaCha20-Poly1305 under a wrap key of 32 bytes, with a nonce of zeros (age v1): every wrap key is used once.
    public borrowing func wrapped(under wrapKey: borrowing SecretBytes) throws(KeyStoreError) -> [UInt8] {
        let none = [UInt8]()
        do {
            var aead = try AEAD(.chaCha20Poly1305, key: wrapKey)
            return try aead.seal(bytes, nonce: Self.nonce.bytes, authenticating: none.bytes)
        } catch { throw KeyStoreError(error) }
    }

    /// Opens what ``wrapped(under:)`` made; nil when it was made under another key.
    public static func unwrap(_ wrapped: [UInt8], under wrapKey: borrowing SecretBytes) throws(KeyStoreError) -> FileKey? {
        guard wrapped.count == wrappedByteCount else { return nil }
        let none = [UInt8]()
        do throws(OpenSSLError) {
            var aead = try AEAD(.chaCha20Poly1305, key: wrapKey)
            return FileKey(unchecked: try aead.openSecret(wrapped.bytes, nonce: nonce.bytes, authenticating: none.bytes))
        } catch {
            if error.code == .authenticationFailed { return nil }
            throw KeyStoreError(error)
        }
    }

    /// RSAES-OAEP with SHA-256, for ssh-rsa.
    public borrowing func encryptedOAEP(to key: borrowing PublicKey, label: [UInt8]) throws(KeyStoreError) -> [UInt8] {
        do {
            return try key.encryptOAEP(bytes, digest: .sha256, label: label.bytes)
        } catch { throw KeyStoreError(error) }
    }

    /// Opens what ``encryptedOAEP(to:label:)`` made; nil for another key.
    public static func decryptOAEP(_ ciphertext: [UInt8], with key: borrowing PrivateKey, label: [UInt8]) throws(KeyStoreError) -> FileKey?
    {
        do throws(OpenSSLError) {
            let plaintext = try key.decryptOAEP(ciphertext.bytes, digest: .sha256, label: label.bytes)
            guard plaintext.count == byteCount else { return nil }
            return FileKey(unchecked: plaintext)
        } catch {
            if error.code == .authenticationFailed { return nil }
            throw KeyStoreError(error)
        }
    }
}
