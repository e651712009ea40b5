import COpenSSL

/// How old an answer may be; for OCSP responses and CRLs.
public enum RevocationFreshness {
    /// How far the clocks of an authority and of this machine may be apart, in seconds.
    public static let clockSkew: Int64 = 300
    /// How old an answer may be that does not say when the next one comes, in seconds: 10 days.
    public static let maximumAgeWithoutNextUpdate: Int64 = 10 * 86_400
}

extension OCSPResponse {
    /// What the response says about a certificate, if it can be believed at all (RFC 6960 §3.2).
    ///
    /// - Parameters:
    ///   - certificate: DER.
    ///   - issuer: DER of the certificate that issued it.
    ///   - time: seconds since 1970.
    /// - Throws: `invalidInput` if one of the certificates cannot be read, `libraryFailure`. What is wrong with the response is in the
    ///   answer.
    public borrowing func check(certificate: RawSpan, issuer: RawSpan, at time: Int64) throws(OpenSSLError) -> OCSPAnswer {
        let operation = Operation("check OCSP response")
        let certificate = try OCSPCertificate(der: certificate, operation)
        let issuer = try OCSPCertificate(der: issuer, operation)
        guard status == .successful else { return OCSPAnswer(.refused(.status(status))) }
        guard issuer.hasUsableKey else { return OCSPAnswer(.refused(.unusableKey)) }
        guard certificate.isIssued(by: issuer) else { return OCSPAnswer(.refused(.notIssuer)) }
        switch try basicAnswer(certificate, issuer, at: time, operation) {
        case .success(let answer): return answer
        case .failure(let refusal): return OCSPAnswer(.refused(refusal))
        }
    }

    private borrowing func basicAnswer(
        _ certificate: borrowing OCSPCertificate, _ issuer: borrowing OCSPCertificate, at time: Int64, _ operation: Operation
    ) throws(OpenSSLError) -> Result<OCSPAnswer, OCSPRefusal> {
        guard let pointer = unsafe basic else { return .failure(.noAnswer) }
        // Critical extensions that are not known forbid believing the response (RFC 6960 §4.4); none of those that are known is critical.
        guard unsafe OCSP_BASICRESP_get_ext_by_critical(pointer, 1, -1) < 0 else { return .failure(.criticalExtension) }
        let signer = try unsafe checkSigner(pointer, issuer, at: time, operation)
        guard case .success(let isUnchecked) = signer else { return signer.map { _ in OCSPAnswer(.unknown) } }
        let produced = unsafe OCSPTime.seconds(OCSP_resp_get0_produced_at(pointer))
        guard let produced else { return .failure(.malformedTime) }
        guard produced <= time + RevocationFreshness.clockSkew else { return .failure(.fromFuture) }
        let found = try unsafe answer(pointer, certificate, issuer, operation)
        guard case .success(var answer) = found else { return found }
        answer.producedAt = produced
        answer.isResponderUnchecked = isUnchecked
        if let refusal = Self.staleness(of: answer, at: time) { answer.verdict = .refused(refusal) }
        return .success(answer)
    }

    /// The newest answer about the certificate; of two of one time, the one that says revoked.
    private borrowing func answer(
        _ pointer: OpaquePointer, _ certificate: borrowing OCSPCertificate, _ issuer: borrowing OCSPCertificate, _ operation: Operation
    ) throws(OpenSSLError) -> Result<OCSPAnswer, OCSPRefusal> {
        let expected = try CertIDs(certificate, issuer, operation)
        var found: OCSPAnswer?
        var refusal = OCSPRefusal.noAnswer
        for index in 0..<(unsafe OCSP_resp_count(pointer)) {
            guard let single = unsafe OCSP_resp_get0(pointer, index) else { continue }
            if let mismatch = unsafe expected.mismatch(OCSP_SINGLERESP_get0_id(single)) {
                refusal = mismatch
                continue
            }
            guard unsafe OCSP_SINGLERESP_get_ext_by_critical(single, 1, -1) < 0 else { return .failure(.criticalExtension) }
            guard let answer = unsafe Self.read(single) else { return .failure(.malformedTime) }
            if let best = found, !Self.precedes(answer, best) { continue }
            found = answer
        }
        if let found { return .success(found) }
        return .failure(refusal)
    }

    private static func precedes(_ left: OCSPAnswer, _ right: OCSPAnswer) -> Bool {
        let (first, second) = (left.thisUpdate ?? 0, right.thisUpdate ?? 0)
        if first != second { return first > second }
        if case .revoked = left.verdict { return true }
        return false
    }

    /// Nil if a time is malformed.
    private static func read(_ single: OpaquePointer) -> OCSPAnswer? {
        var reason: Int32 = -1
        var revoked: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        var this: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        let status = unsafe OCSP_single_get0_status(single, &reason, &revoked, &this, &next)
        guard let thisUpdate = unsafe OCSPTime.seconds(this) else { return nil }
        var answer = OCSPAnswer(.unknown)
        answer.thisUpdate = thisUpdate
        if unsafe next != nil {
            guard let nextUpdate = unsafe OCSPTime.seconds(next), nextUpdate >= thisUpdate else { return nil }
            answer.nextUpdate = nextUpdate
        }
        switch status {
        case V_OCSP_CERTSTATUS_GOOD: answer.verdict = .good
        case V_OCSP_CERTSTATUS_REVOKED:
            guard let time = unsafe OCSPTime.seconds(revoked) else { return nil }
            answer.verdict = .revoked(at: time, reason: reason < 0 ? nil : RevocationReason(code: Int(reason)))
        default: answer.verdict = .unknown
        }
        return answer
    }

    private static func staleness(of answer: OCSPAnswer, at time: Int64) -> OCSPRefusal? {
        guard let thisUpdate = answer.thisUpdate else { return .malformedTime }
        if thisUpdate > time + RevocationFreshness.clockSkew { return .fromFuture }
        if let nextUpdate = answer.nextUpdate { return nextUpdate < time - RevocationFreshness.clockSkew ? .expired : nil }
        return time - thisUpdate > RevocationFreshness.maximumAgeWithoutNextUpdate ? .tooOld : nil
    }
}
