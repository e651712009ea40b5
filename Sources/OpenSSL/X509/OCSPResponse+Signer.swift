import COpenSSL

extension OCSPResponse {
    /// Who signed the response, and whether he may (RFC 6960 §4.2.2.2): the issuer of the certificate, or somebody to whom that very issuer
    /// gave a certificate for it. A responder that is trusted for other reasons does not exist here.
    ///
    /// - Returns: whether the certificate of a delegated responder does not say that it needs no check.
    borrowing func checkSigner(
        _ response: OpaquePointer, _ issuer: borrowing OCSPCertificate, at time: Int64, _ operation: Operation
    ) throws(OpenSSLError) -> Result<Bool, OCSPRefusal> {
        if let hash = unsafe OCSPSignature.weakHash(OCSP_resp_get0_tbs_sigalg(response)) { return .failure(.weakHash(hash)) }
        let name = unsafe ResponderName(response)
        if name.fits(issuer) {
            if try unsafe Self.isSigned(response, by: issuer, operation) { return .success(false) }
        }
        return try unsafe checkDelegates(response, issuer, name, at: time, operation)
    }

    private borrowing func checkDelegates(
        _ response: OpaquePointer, _ issuer: borrowing OCSPCertificate, _ name: ResponderName, at time: Int64, _ operation: Operation
    ) throws(OpenSSLError) -> Result<Bool, OCSPRefusal> {
        // A name that is the issuer's with a signature that is not: wrong, unless a certificate in the response explains it.
        var refusal: OCSPRefusal = name.fits(issuer) ? .badSignature : .noSigner
        let list = unsafe OCSP_resp_get0_certs(response)
        let count = unsafe list == nil ? 0 : Int(OPENSSL_sk_num(list))
        guard count <= Self.maximumCertificateCount else { return .failure(.tooManyCertificates) }
        for index in 0..<count {
            guard let element = unsafe OPENSSL_sk_value(list, Int32(index)) else { continue }
            let delegate = try unsafe OCSPCertificate(sharing: OpaquePointer(element), operation)
            guard name.fits(delegate), !delegate.isSame(as: issuer) else { continue }
            guard delegate.hasUsableKey else {
                refusal = .unusableKey
                continue
            }
            guard try unsafe Self.isSigned(response, by: delegate, operation) else {
                refusal = .badSignature
                continue
            }
            if let refusal = Self.objection(to: delegate, issuer, at: time) { return .failure(refusal) }
            return .success(!delegate.hasNoCheck)
        }
        return .failure(refusal)
    }

    /// Why a certificate may not speak for the issuer; nil if it may.
    private static func objection(
        to delegate: borrowing OCSPCertificate, _ issuer: borrowing OCSPCertificate, at time: Int64
    ) -> OCSPRefusal? {
        guard delegate.isIssued(by: issuer), delegate.isSigned(by: issuer) else { return .delegateNotIssued }
        if let hash = delegate.weakSignatureHash { return .delegateWeakHash(hash) }
        guard delegate.mayAnswerForIssuer else { return .delegateNotAllowed }
        guard let validity = delegate.validity, validity.contains(time) else { return .delegateNotValid }
        return nil
    }

    /// Whether the key of this certificate signed the response. Nothing else is asked of the certificate here.
    private static func isSigned(
        _ response: OpaquePointer, by signer: borrowing OCSPCertificate, _ operation: Operation
    ) throws(OpenSSLError) -> Bool {
        let list = try unsafe Owned(operation.check(OPENSSL_sk_new_null()), release: OPENSSL_sk_free)
        // The list does not own the certificate: only the list is freed.
        guard unsafe OPENSSL_sk_push(list.pointer, UnsafeRawPointer(signer.pointer)) > 0 else { throw operation.failure(.libraryFailure) }
        defer { Operation.discardErrors() }
        return unsafe OCSP_basic_verify(response, list.pointer, nil, UInt(OCSP_NOINTERN | OCSP_NOVERIFY)) == 1
    }
}

/// How the response names its responder (ResponderID, RFC 6960 §4.2.1): by his name, or by the SHA-1 of his key.
@safe
private struct ResponderName {
    private let name: OpaquePointer?
    private let keyHash: UnsafePointer<ASN1_OCTET_STRING>?

    /// Lives as long as the response.
    init(_ response: OpaquePointer) {
        var hash: UnsafePointer<ASN1_OCTET_STRING>?
        var name: OpaquePointer?
        _ = unsafe OCSP_resp_get0_id(response, &hash, &name)
        unsafe self.name = unsafe name
        unsafe keyHash = unsafe hash
    }

    func fits(_ certificate: borrowing OCSPCertificate) -> Bool {
        if let name = unsafe name { return unsafe X509_NAME_cmp(name, X509_get_subject_name(certificate.pointer)) == 0 }
        guard let keyHash = unsafe keyHash else { return false }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard unsafe X509_pubkey_digest(certificate.pointer, EVP_sha1(), &digest, &count) == 1 else { return false }
        let expected = unsafe UnsafeBufferPointer(start: ASN1_STRING_get0_data(keyHash), count: Int(ASN1_STRING_length(keyHash)))
        return unsafe digest.prefix(Int(count)).elementsEqual(expected)
    }
}
