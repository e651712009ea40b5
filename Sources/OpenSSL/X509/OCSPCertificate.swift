import COpenSSL

/// A certificate (RFC 5280 §4) as far as revocation needs it: who issued it, which key signs, what it may sign.
///
/// Whether it is trusted is decided elsewhere.
@safe
struct OCSPCertificate: ~Copyable {
    /// Nothing honest is longer, post-quantum keys and signatures included.
    static let maximumByteCount = 1 << 18

    private let certificate: Owned

    var pointer: OpaquePointer { unsafe certificate.pointer }

    /// - Throws: `invalidInput` unless the bytes are one certificate and nothing else.
    init(der: RawSpan, _ operation: Operation) throws(OpenSSLError) {
        let count = der.byteCount
        try operation.require(count <= Self.maximumByteCount, "a certificate of more than \(Self.maximumByteCount) bytes")
        var consumed = 0
        let parsed = unsafe der.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var position = unsafe start
            let parsed = unsafe d2i_X509(nil, &position, count)
            if let start = unsafe start, let position = unsafe position { consumed = unsafe position - start }
            return unsafe parsed
        }
        let owned = try unsafe Owned(operation.check(parsed, else: .invalidInput), release: X509_free)
        try operation.require(consumed == count, "there are bytes behind the certificate")
        certificate = owned
    }

    /// Shares a certificate that something else owns.
    init(sharing shared: OpaquePointer, _ operation: Operation) throws(OpenSSLError) {
        try unsafe operation.check(X509_up_ref(shared))
        certificate = unsafe Owned(shared, release: X509_free)
    }

    /// Whether this certificate names `issuer` as its issuer, and the issuer may issue (names, key identifiers, key usage).
    func isIssued(by issuer: borrowing OCSPCertificate) -> Bool {
        defer { Operation.discardErrors() }
        return unsafe X509_check_issued(issuer.pointer, pointer) == X509_V_OK
    }

    /// Whether the key of `issuer` signed this certificate.
    func isSigned(by issuer: borrowing OCSPCertificate) -> Bool {
        defer { Operation.discardErrors() }
        guard let key = unsafe X509_get0_pubkey(issuer.pointer) else { return false }
        return unsafe X509_verify(pointer, key) == 1
    }

    /// The same bytes.
    func isSame(as other: borrowing OCSPCertificate) -> Bool { unsafe X509_cmp(pointer, other.pointer) == 0 }

    /// Whether the installed libcrypto can do anything with the key.
    var hasUsableKey: Bool {
        defer { Operation.discardErrors() }
        return unsafe X509_get0_pubkey(pointer) != nil
    }

    /// Whether extendedKeyUsage names OCSPSigning itself (RFC 6960 §4.2.2.2); anyExtendedKeyUsage is not enough.
    var mayAnswerForIssuer: Bool {
        // The flags of an extension are worked out on the first question for them.
        guard unsafe X509_get_extension_flags(pointer) & UInt32(EXFLAG_XKUSAGE) != 0 else { return false }
        return unsafe X509_get_extended_key_usage(pointer) & UInt32(XKU_OCSP_SIGN) != 0
    }

    /// Whether the issuer says that this responder needs no check of its own (RFC 6960 §4.2.2.2.1).
    var hasNoCheck: Bool { unsafe X509_get_ext_by_NID(pointer, NID_id_pkix_OCSP_noCheck, -1) >= 0 }

    /// Whether keyUsage, where there is one, allows signatures on CRLs (RFC 5280 §6.3.3 (f)).
    var maySignCRLs: Bool { unsafe X509_get_key_usage(pointer) & UInt32(KU_CRL_SIGN) != 0 }

    /// Whether basicConstraints make it an authority.
    var isAuthority: Bool { unsafe X509_get_extension_flags(pointer) & UInt32(EXFLAG_CA) != 0 }

    /// Seconds since 1970, both inclusive; nil if they cannot be read.
    var validity: ClosedRange<Int64>? {
        guard let from = unsafe OCSPTime.seconds(X509_get0_notBefore(pointer)),
            let to = unsafe OCSPTime.seconds(X509_get0_notAfter(pointer)), from <= to
        else { return nil }
        return from...to
    }

    /// The broken hash function that its signature is made with, if it is one.
    var weakSignatureHash: String? {
        var algorithm: UnsafePointer<X509_ALGOR>?
        unsafe X509_get0_signature(nil, &algorithm, pointer)
        return unsafe OCSPSignature.weakHash(algorithm)
    }
}
