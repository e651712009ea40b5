internal import OpenSSL

/// What a revocation list says about itself (RFC 5280 §5). Its signature is not checked: the issuer is not at hand.
public struct RevocationListFacts: Sendable, Hashable, Codable {
    /// RFC 4514 text.
    public var issuer: String
    /// Seconds since 1970.
    public var thisUpdate: Int64
    /// Nil if the list does not say.
    public var nextUpdate: Int64?
    public var revokedCount: Int
    public var signatureAlgorithm: String

    public init(der: [UInt8]) throws(CertificateError) {
        let list = try CertificateError.wrapping { () throws(OpenSSLError) in try X509RevocationList(der: der) }
        issuer = list.issuer.text
        thisUpdate = list.thisUpdate
        nextUpdate = list.nextUpdate
        revokedCount = list.revokedCount
        signatureAlgorithm = SignatureName.text(list.signature)
    }
}
