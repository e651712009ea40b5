import COpenSSL

/// How OCSP names a certificate (CertID, RFC 6960 §4.1.1), with each hash function that is accepted in an answer.
@safe
struct CertIDs: ~Copyable {
    private let sha1: Owned
    private let sha256: Owned

    init(
        _ certificate: borrowing OCSPCertificate, _ issuer: borrowing OCSPCertificate, _ operation: Operation
    ) throws(OpenSSLError) {
        let sha1 = try unsafe Owned(
            operation.check(OCSP_cert_to_id(EVP_sha1(), certificate.pointer, issuer.pointer)), release: OCSP_CERTID_free)
        let sha256 = try unsafe Owned(
            operation.check(OCSP_cert_to_id(EVP_sha256(), certificate.pointer, issuer.pointer)), release: OCSP_CERTID_free)
        self.sha1 = sha1
        self.sha256 = sha256
    }

    /// Why an answer is not about the certificate; nil if it is.
    func mismatch(_ id: OpaquePointer?) -> OCSPRefusal? {
        guard let id = unsafe id else { return .otherCertificate }
        var algorithm: OpaquePointer?
        guard unsafe OCSP_id_get0_info(nil, &algorithm, nil, nil, id) == 1 else { return .otherCertificate }
        switch unsafe OBJ_obj2nid(algorithm) {
        case NID_sha1: return unsafe Self.mismatch(sha1.pointer, id)
        case NID_sha256: return unsafe Self.mismatch(sha256.pointer, id)
        default: return .unsupportedHash
        }
    }

    private static func mismatch(_ expected: OpaquePointer, _ id: OpaquePointer) -> OCSPRefusal? {
        guard unsafe OCSP_id_issuer_cmp(expected, id) == 0 else { return .otherIssuer }
        return unsafe OCSP_id_cmp(expected, id) == 0 ? nil : .otherCertificate
    }
}
