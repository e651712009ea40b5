import COpenSSL

extension X509Certificate {
    /// - Throws: `invalidInput` if the key is of a type that libcrypto reads and yet cannot be read.
    public func key() throws(OpenSSLError) -> X509Key {
        try unsafe X509Key(X509_get_X509_PUBKEY(pointer), Operation("read public key of certificate"))
    }

    /// How the certificate is signed.
    public func signature() throws(OpenSSLError) -> X509Signature {
        var algorithm: UnsafePointer<X509_ALGOR>?
        unsafe X509_get0_signature(nil, &algorithm, pointer)
        var digest = NID_undef
        let isKnown = unsafe X509_get_signature_info(pointer, &digest, nil, nil, nil) == 1
        Operation.discardErrors()
        let isConsistent = unsafe X509_ALGOR_cmp(algorithm, X509_get0_tbs_sigalg(pointer)) == 0
        return try unsafe X509Signature(algorithm, digest: isKnown ? digest : NID_undef, isConsistent: isConsistent)
    }
}

/// How something is signed, by its AlgorithmIdentifier (RFC 5280 §4.1.1.2).
public struct X509Signature: Sendable, Hashable {
    /// libcrypto's name, or the OID where it has none.
    public let algorithm: String
    public let oid: String
    /// `SHA256`. Nil where the algorithm brings its own, or is not known.
    public let digest: String?
    /// Whether the signed part names the same algorithm as the signature (RFC 5280 §4.1.2.3).
    public let isConsistent: Bool

    init(_ algorithm: UnsafePointer<X509_ALGOR>?, digest: Int32, isConsistent: Bool) throws(OpenSSLError) {
        guard let algorithm = unsafe algorithm else { throw Operation("read signature algorithm").failure(.invalidInput) }
        var object: OpaquePointer?
        unsafe X509_ALGOR_get0(&object, nil, nil, algorithm)
        self.algorithm = unsafe ASN1Value.longName(object)
        oid = unsafe ASN1Value.oid(object)
        let name = digest == NID_undef ? nil : unsafe OBJ_nid2sn(digest)
        self.digest = unsafe name.map { unsafe String(cString: $0) }
        self.isConsistent = isConsistent
    }

    /// Of a request or a list: the digest is known where the algorithm names it.
    init(_ algorithm: UnsafePointer<X509_ALGOR>?) throws(OpenSSLError) {
        var object: OpaquePointer?
        if let algorithm = unsafe algorithm { unsafe X509_ALGOR_get0(&object, nil, nil, algorithm) }
        var digest = NID_undef
        let isKnown = unsafe OBJ_find_sigid_algs(OBJ_obj2nid(object), &digest, nil) == 1
        try unsafe self.init(algorithm, digest: isKnown ? digest : NID_undef, isConsistent: true)
    }

    static func isKnown(_ algorithm: Int32) -> Bool { OBJ_find_sigid_algs(algorithm, nil, nil) == 1 }
}
