import COpenSSL

/// Digests of secrets that are secrets themselves, such as the expanded key of Ed25519 (RFC 8032 §5.1.5).
extension Digest {
    /// The digest of one secret, in the secure heap; the context that held its state is wiped.
    public static func hash(_ algorithm: DigestAlgorithm, secret: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        let operation = Operation("digest of a secret")
        let md = try unsafe algorithm.fetched.get(for: operation)
        return try unsafe SecretBytes(count: algorithm.byteCount) { (digest) throws(OpenSSLError) in
            let result = unsafe secret.withUnsafeBytes { secret in
                unsafe EVP_Digest(secret.baseAddress, secret.count, digest.baseAddress, nil, md, nil)
            }
            try operation.check(result)
        }
    }
}
