/// What a public key is, by its description in a certificate or a request.
public struct X509Key: Sendable, Hashable {
    /// The algorithm as libcrypto names it (`rsaEncryption`, `id-ecPublicKey`, `ED25519`), or its OID where it has no name.
    public let algorithm: String
    public let algorithmOID: String
    /// Nil where libcrypto cannot read the key.
    public let bits: Int?
    /// libcrypto's name of the curve, `explicit` where the curve is given by its numbers; nil for keys without one.
    public let curve: String?
    /// Of RSA, most significant byte first.
    public let modulus: [UInt8]?
    public let exponent: [UInt8]?
    /// RSA's public exponent, decimal.
    public let exponentText: String?
}
