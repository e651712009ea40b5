import COpenSSL

/// What a certificate revocation list says about itself (RFC 5280 §5). Nothing in it is verified.
public struct X509RevocationList: Sendable, Hashable {
    /// Lists in files; those of large authorities are fetched and checked elsewhere.
    public static let maximumByteCount = 16 * 1024 * 1024

    public let issuer: X509NameText
    /// Seconds since 1970.
    public let thisUpdate: Int64
    /// Nil if the list does not say when the next one comes.
    public let nextUpdate: Int64?
    public let revokedCount: Int
    public let signature: X509Signature

    /// - Throws: `invalidInput` for anything but one whole list.
    public init(der: [UInt8]) throws(OpenSSLError) {
        let operation = Operation("read revocation list")
        let list = try unsafe ASN1Value.read(der, limit: Self.maximumByteCount, operation, d2i_X509_CRL, free: X509_CRL_free)
        issuer = try unsafe X509NameText(X509_CRL_get_issuer(list.pointer), "issuer")
        thisUpdate = try unsafe ASN1Value.seconds(X509_CRL_get0_lastUpdate(list.pointer), operation)
        if let next = unsafe X509_CRL_get0_nextUpdate(list.pointer) {
            nextUpdate = try unsafe ASN1Value.seconds(next, operation)
        } else {
            nextUpdate = nil
        }
        revokedCount = unsafe X509Stack(X509_CRL_get_REVOKED(list.pointer)).count
        var algorithm: UnsafePointer<X509_ALGOR>?
        unsafe X509_CRL_get0_signature(list.pointer, nil, &algorithm)
        signature = try unsafe X509Signature(algorithm)
        Operation.discardErrors()
    }
}
