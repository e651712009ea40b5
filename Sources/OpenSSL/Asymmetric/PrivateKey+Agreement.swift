import COpenSSL

extension PrivateKey {
    /// Agrees on a secret with the owner of another key: the x coordinate of ECDH (SEC 1 §3.3.1), or X25519 (RFC 7748 §6.1).
    ///
    /// The result is not uniform: derive keys from it, never use it as one.
    /// - Throws: `invalidInput` if the two keys are not of one type that can agree; `invalidKey` if the peer's key is a point of small
    ///   order, whose X25519 result would be all zero.
    public borrowing func sharedSecret(with peer: borrowing PublicKey) throws(OpenSSLError) -> SecretBytes {
        let operation = Operation("key agreement")
        try operation.require(type == peer.type, "the keys are of different types")
        guard let count = type == .x25519 ? 32 : type.fieldByteCount else {
            throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "keys of this type cannot agree")
        }
        let context = try handle.context(operation)
        try unsafe operation.check(EVP_PKEY_derive_init(context.pointer))
        try unsafe operation.check(EVP_PKEY_derive_set_peer_ex(context.pointer, peer.handle.pointer, 1), else: .invalidKey)
        return try unsafe SecretBytes(count: count) { (output) throws(OpenSSLError) in
            var written = output.count
            // libcrypto refuses an all-zero X25519 result itself (RFC 7748 §6.1); the tests hold it to that.
            try unsafe operation.check(EVP_PKEY_derive(context.pointer, output.baseAddress, &written), else: .invalidKey)
            guard written == output.count else { throw operation.failure(.libraryFailure) }
        }
    }
}
