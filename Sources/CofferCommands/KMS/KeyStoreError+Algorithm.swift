import KeyStore

extension KeyStoreError {
    /// AWS KMS sends this error without a message, and what a person reads instead depends on the algorithm: only symmetric
    /// ciphertexts have an encryption context.
    func explained(for algorithm: EncryptionAlgorithm) -> KeyStoreError {
        guard code == .invalidCiphertext, message.isEmpty, algorithm != .symmetricDefault else { return self }
        return KeyStoreError(code, "the ciphertext is damaged, or was made for another key or by another algorithm")
    }
}
