import COpenSSL

extension X509Certificate {
    /// Whether the other has the issuer's name, and the key identifier where both tell one (RFC 5280 §6.1). Signatures are not looked at.
    public func names(asIssuer other: X509Certificate) -> Bool {
        let mismatches = [X509_V_ERR_SUBJECT_ISSUER_MISMATCH, X509_V_ERR_AKID_SKID_MISMATCH, X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH]
        return unsafe !mismatches.contains(X509_check_issued(other.pointer, pointer))
    }

    /// Whether the other has the issuer's name, whatever the key identifiers say.
    public func hasIssuerName(of other: X509Certificate) -> Bool {
        unsafe X509_NAME_cmp(X509_get_issuer_name(pointer), X509_get_subject_name(other.pointer)) == 0
    }

    /// Whether both have the same subject and the same key.
    public func isSameAuthority(as other: X509Certificate) -> Bool {
        unsafe X509_NAME_cmp(X509_get_subject_name(pointer), X509_get_subject_name(other.pointer)) == 0
            && X509_PUBKEY_eq(X509_get_X509_PUBKEY(pointer), X509_get_X509_PUBKEY(other.pointer)) == 1
    }

    /// What the issuer's key says about the signature.
    public enum SignatureCheck: Sendable, Hashable {
        case valid, invalid
        /// libcrypto does not know the key or the algorithm, with its reason.
        case undecided(String)
    }

    public func checkSignature(by issuer: X509Certificate) -> SignatureCheck {
        guard let key = unsafe X509_get0_pubkey(issuer.pointer) else {
            return .undecided(Operation("verify").failure(.unsupported).reason)
        }
        let result = unsafe X509_verify(pointer, key)
        if result == 1 {
            Operation.discardErrors()
            return .valid
        }
        // 0 is a signature that does not hold; less than 0 one that could not be computed, as for an algorithm that is not there.
        let reason = Operation("verify").failure(.unsupported).reason
        if result == 0 { return .invalid }
        var digest = NID_undef
        let isKnown = unsafe X509_get_signature_info(pointer, &digest, nil, nil, nil) == 1
        Operation.discardErrors()
        return isKnown ? .invalid : .undecided(reason)
    }

    /// Whether the names of this certificate are allowed by the constraints in an issuer's (RFC 5280 §4.2.1.10).
    /// - Returns: libcrypto's words for what is wrong; nil if nothing is, or the issuer has no constraints.
    public func violation(ofConstraintsIn issuer: X509Certificate) throws(OpenSSLError) -> String? {
        let free = { @Sendable (value: UnsafeMutableRawPointer) in
            unsafe NAME_CONSTRAINTS_free(value.assumingMemoryBound(to: NAME_CONSTRAINTS.self))
        }
        return try unsafe issuer.withExtension(NID_name_constraints, Operation("read nameConstraints"), free: free) {
            (value) throws(OpenSSLError) -> String? in
            let constraints = unsafe value.assumingMemoryBound(to: NAME_CONSTRAINTS.self)
            let result = unsafe NAME_CONSTRAINTS_check(pointer, constraints)
            Operation.discardErrors()
            guard result != X509_V_OK else { return nil }
            return unsafe String(cString: X509_verify_cert_error_string(Int(result)))
        } ?? nil
    }

    /// What libcrypto itself thinks of a finished path: a second opinion on everything but the dates, of which it takes the last second
    /// of notAfter for too late.
    /// - Parameters:
    ///   - path: the leaf first, the trust anchor last.
    ///   - isStrict: hold it to all of RFC 5280 (X509_V_FLAG_X509_STRICT), and to libcrypto's idea of a server's certificate.
    /// - Returns: nil if it is content, else what it says.
    public static func objection(to path: [X509Certificate], isStrict: Bool) throws(OpenSSLError) -> String? {
        let operation = Operation("verify chain")
        guard let leaf = path.first, let anchor = path.last else { return "the path is empty" }
        let store = try unsafe Owned(operation.check(X509_STORE_new()), release: X509_STORE_free)
        try unsafe operation.check(X509_STORE_add_cert(store.pointer, anchor.pointer))
        let others = try unsafe Owned(operation.check(OPENSSL_sk_new_null()), release: OPENSSL_sk_free)
        for certificate in path.dropFirst().dropLast() {
            guard unsafe OPENSSL_sk_push(others.pointer, UnsafeRawPointer(certificate.pointer)) > 0 else {
                throw operation.failure(.libraryFailure)
            }
        }
        let context = try unsafe Owned(operation.check(X509_STORE_CTX_new()), release: X509_STORE_CTX_free)
        try unsafe operation.check(X509_STORE_CTX_init(context.pointer, store.pointer, leaf.pointer, others.pointer))
        let parameters = unsafe X509_STORE_CTX_get0_param(context.pointer)
        let flags = UInt(X509_V_FLAG_PARTIAL_CHAIN) | UInt(X509_V_FLAG_NO_CHECK_TIME) | (isStrict ? UInt(X509_V_FLAG_X509_STRICT) : 0)
        try unsafe operation.check(X509_VERIFY_PARAM_set_flags(parameters, flags))
        if isStrict { try unsafe operation.check(X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER)) }
        let result = unsafe X509_verify_cert(context.pointer)
        Operation.discardErrors()
        if result == 1 { return nil }
        return unsafe String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context.pointer))))
    }
}
