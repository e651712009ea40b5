internal import OpenSSL

/// What stands in a request for a certificate (RFC 2986).
public struct CertificateRequestFacts: Sendable, Hashable, Codable {
    /// RFC 4514 text.
    public var subject: String
    public var commonName: String?
    public var dnsNames: [String]
    public var ipAddresses: [String]
    public var otherNames: [String]
    public var key: CertificateKeyFacts
    public var signatureAlgorithm: String
    /// Whether the key that it is for signed it; nil if the installed libcrypto cannot say.
    public var isSignatureValid: Bool?

    public init(der: [UInt8], blocklist: DebianBlocklist? = nil) throws(CertificateError) {
        do {
            let request = try X509Request(der: der)
            subject = request.subject.text
            commonName = request.subject.commonName
            let names = AlternativeNames(request.alternativeNames)
            (dnsNames, ipAddresses, otherNames) = (names.dns, names.ip, names.other)
            key = try CertificateKeyFacts(request.key, blocklist: blocklist)
            signatureAlgorithm = SignatureName.text(request.signature)
            isSignatureValid = request.isSignatureValid
        } catch {
            throw CertificateError(error)
        }
    }
}
