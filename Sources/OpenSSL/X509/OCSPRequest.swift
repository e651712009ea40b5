import COpenSSL

/// A question about one certificate for an OCSP responder (RFC 6960 §4.1).
///
/// It names the certificate by SHA-1 and carries no nonce, as RFC 5019 §2.1 asks for: only such questions have answers made beforehand.
/// SHA-1 protects nothing here.
public struct OCSPRequest: Sendable, Hashable {
    public static let contentType = "application/ocsp-request"
    public static let acceptedType = "application/ocsp-response"
    /// Longer ones are sent by POST (RFC 6960 §A.1).
    public static let maximumGETByteCount = 255

    public let der: [UInt8]

    /// - Parameters:
    ///   - certificate: DER.
    ///   - issuer: DER of the certificate that issued it.
    /// - Throws: `invalidInput` if one of them cannot be read.
    public init(certificate: RawSpan, issuer: RawSpan) throws(OpenSSLError) {
        let operation = Operation("make OCSP request")
        let certificate = try OCSPCertificate(der: certificate, operation)
        let issuer = try OCSPCertificate(der: issuer, operation)
        let request = try unsafe Owned(operation.check(OCSP_REQUEST_new()), release: OCSP_REQUEST_free)
        let id = try unsafe operation.check(OCSP_cert_to_id(EVP_sha1(), certificate.pointer, issuer.pointer))
        guard unsafe OCSP_request_add0_id(request.pointer, id) != nil else {
            let failure = operation.failure(.libraryFailure)
            unsafe OCSP_CERTID_free(id)
            throw failure
        }
        der = try unsafe ASN1Value.der(operation) { unsafe i2d_OCSP_REQUEST(request.pointer, $0) }
    }
}
