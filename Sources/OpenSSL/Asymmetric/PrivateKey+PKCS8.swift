import COpenSSL
import COpenSSLShims

extension PrivateKey {
    /// The key as unencrypted PKCS#8 PrivateKeyInfo (RFC 5208), in the secure heap.
    ///
    /// libcrypto encodes by way of a short-lived buffer on its ordinary heap, which it does not wipe: call this once, when a key is
    /// made, and wrap the result.
    public borrowing func pkcs8DER() throws(OpenSSLError) -> SecretBytes {
        let operation = Operation("write PKCS#8 private key")
        // The encoder keeps these two addresses, so they have to outlive it.
        let (format, structure): (StaticString, StaticString) = ("DER", "PrivateKeyInfo")
        let encoder = try unsafe Owned(
            operation.check(
                OSSL_ENCODER_CTX_new_for_pkey(handle.pointer, coffer_key_pair_selection, format.cString, structure.cString, nil)),
            release: OSSL_ENCODER_CTX_free)
        let output = try unsafe Owned(operation.check(BIO_new(BIO_s_secmem())), release: { unsafe _ = BIO_free($0) })
        try unsafe operation.check(OSSL_ENCODER_to_bio(encoder.pointer, output.pointer))
        let count = unsafe BIO_ctrl_pending(output.pointer)
        let key = try unsafe SecretBytes(count: count) { (buffer) throws(OpenSSLError) in
            var read = 0
            try unsafe operation.check(BIO_read_ex(output.pointer, buffer.baseAddress, buffer.count, &read))
            guard read == buffer.count else { throw operation.failure(.libraryFailure) }
        }
        Operation.discardErrors()
        return key
    }
}
