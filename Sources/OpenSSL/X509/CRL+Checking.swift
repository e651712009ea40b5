import COpenSSL

extension CRL {
    /// What the list says about a certificate, if it can be believed at all (RFC 5280 §6.3.3).
    ///
    /// - Parameters:
    ///   - certificate: DER.
    ///   - issuer: DER of the certificate that issued it, which must have signed the list too.
    ///   - time: seconds since 1970.
    /// - Throws: `invalidInput` if one of the certificates cannot be read. What is wrong with the list is in the answer.
    public borrowing func check(certificate: RawSpan, issuer: RawSpan, at time: Int64) throws(OpenSSLError) -> CRLAnswer {
        let operation = Operation("check CRL")
        let certificate = try OCSPCertificate(der: certificate, operation)
        let issuer = try OCSPCertificate(der: issuer, operation)
        if let refusal = objection(certificate, issuer) { return CRLAnswer(.refused(refusal)) }
        let scope = try scope(for: certificate, operation)
        guard case .success(let coversAllReasons) = scope else {
            guard case .failure(let refusal) = scope else { return CRLAnswer(.refused(.malformedExtension)) }
            return CRLAnswer(.refused(refusal))
        }
        var answer = CRLAnswer(.notListed)
        answer.thisUpdate = unsafe OCSPTime.seconds(X509_CRL_get0_lastUpdate(pointer))
        answer.nextUpdate = unsafe OCSPTime.seconds(X509_CRL_get0_nextUpdate(pointer))
        if let refusal = staleness(of: answer, at: time) {
            answer.verdict = .refused(refusal)
        } else {
            answer.verdict = entry(of: certificate, coversAllReasons)
        }
        return answer
    }

    /// Why the list is not one that the issuer made for certificates of its own; nil if it is.
    private borrowing func objection(_ certificate: borrowing OCSPCertificate, _ issuer: borrowing OCSPCertificate) -> CRLRefusal? {
        guard issuer.hasUsableKey else { return .unusableKey }
        guard certificate.isIssued(by: issuer) else { return .notIssuer }
        guard unsafe X509_NAME_cmp(X509_CRL_get_issuer(pointer), X509_get_subject_name(issuer.pointer)) == 0 else { return .otherIssuer }
        guard issuer.maySignCRLs else { return .issuerMayNotSign }
        var algorithm: UnsafePointer<X509_ALGOR>?
        unsafe X509_CRL_get0_signature(pointer, nil, &algorithm)
        if let hash = unsafe OCSPSignature.weakHash(algorithm) { return .weakHash(hash) }
        defer { Operation.discardErrors() }
        guard let key = unsafe X509_get0_pubkey(issuer.pointer) else { return .unusableKey }
        return unsafe X509_CRL_verify(pointer, key) == 1 ? nil : .badSignature
    }

    private borrowing func staleness(of answer: CRLAnswer, at time: Int64) -> CRLRefusal? {
        guard let thisUpdate = answer.thisUpdate else { return .malformedTime }
        if thisUpdate > time + RevocationFreshness.clockSkew { return .fromFuture }
        guard let nextUpdate = answer.nextUpdate else {
            guard unsafe X509_CRL_get0_nextUpdate(pointer) == nil else { return .malformedTime }
            return time - thisUpdate > RevocationFreshness.maximumAgeWithoutNextUpdate ? .tooOld : nil
        }
        guard nextUpdate >= thisUpdate else { return .malformedTime }
        return nextUpdate < time - RevocationFreshness.clockSkew ? .expired : nil
    }

    /// Looks the serial number up. Entries of other issuers were refused before (``CRL/scope(for:_:)``).
    private borrowing func entry(of certificate: borrowing OCSPCertificate, _ coversAllReasons: Bool) -> CRLAnswer.Verdict {
        defer { Operation.discardErrors() }
        var entry: OpaquePointer?
        let serial = unsafe UnsafeMutablePointer(mutating: X509_get0_serialNumber(certificate.pointer))
        // 0 if it is not there, 2 for removeFromCRL.
        switch unsafe X509_CRL_get0_by_serial(pointer, &entry, serial) {
        case 0: return coversAllReasons ? .notListed : .refused(.someReasonsOnly)
        case 2: return .removed
        default: break
        }
        guard let entry = unsafe entry, let time = unsafe OCSPTime.seconds(X509_REVOKED_get0_revocationDate(entry)) else {
            return .refused(.malformedTime)
        }
        return .revoked(at: time, reason: unsafe Self.reason(of: entry))
    }

    private static func reason(of entry: OpaquePointer) -> RevocationReason? {
        guard let found = unsafe X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nil, nil) else { return nil }
        let number = unsafe found.assumingMemoryBound(to: ASN1_ENUMERATED.self)
        defer { unsafe ASN1_ENUMERATED_free(number) }
        return RevocationReason(code: Int(unsafe ASN1_ENUMERATED_get(number)))
    }
}
