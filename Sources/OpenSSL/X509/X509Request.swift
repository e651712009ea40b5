import COpenSSL

/// What stands in a request for a certificate (RFC 2986).
public struct X509Request: Sendable, Hashable {
    public static let maximumByteCount = X509Certificate.maximumByteCount

    public let subject: X509NameText
    /// Those that are asked for (RFC 2985 §5.4.2).
    public let alternativeNames: [GeneralName]
    public let key: X509Key
    public let signature: X509Signature
    /// Whether the key that the request is for signed it; nil if libcrypto does not know the key or the algorithm.
    public let isSignatureValid: Bool?

    /// - Throws: `invalidInput` for anything but one whole request.
    public init(der: [UInt8]) throws(OpenSSLError) {
        let operation = Operation("read certificate request")
        let request = try unsafe ASN1Value.read(der, limit: Self.maximumByteCount, operation, d2i_X509_REQ, free: X509_REQ_free)
        subject = try unsafe X509NameText(X509_REQ_get_subject_name(request.pointer), "subject")
        alternativeNames = try Self.names(request, operation)
        key = try unsafe X509Key(X509_REQ_get_X509_PUBKEY(request.pointer), operation)
        var algorithm: UnsafePointer<X509_ALGOR>?
        unsafe X509_REQ_get0_signature(request.pointer, nil, &algorithm)
        signature = try unsafe X509Signature(algorithm)
        isSignatureValid = Self.verify(request)
        Operation.discardErrors()
    }

    private static func verify(_ request: borrowing Owned) -> Bool? {
        guard let key = unsafe X509_REQ_get0_pubkey(request.pointer) else { return nil }
        let result = unsafe X509_REQ_verify(request.pointer, key)
        if result >= 0 { return result == 1 }
        return unsafe X509Signature.isKnown(X509_REQ_get_signature_nid(request.pointer)) ? false : nil
    }

    private static func names(_ request: borrowing Owned, _ operation: Operation) throws(OpenSSLError) -> [GeneralName] {
        guard let extensions = unsafe X509_REQ_get_extensions(request.pointer) else {
            Operation.discardErrors()
            return []
        }
        defer { unsafe OPENSSL_sk_pop_free(extensions) { unsafe X509_EXTENSION_free(OpaquePointer($0)) } }
        var critical: Int32 = 0
        guard let value = unsafe X509V3_get_d2i(extensions, NID_subject_alt_name, &critical, nil) else {
            let failure = operation.failure(.invalidInput)
            if critical == -1 { return [] }
            throw failure
        }
        defer { unsafe GENERAL_NAMES_free(OpaquePointer(value)) }
        return try unsafe X509Certificate.names(OpaquePointer(value), operation)
    }
}
