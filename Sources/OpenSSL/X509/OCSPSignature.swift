import COpenSSL

/// What hash function a signature of an OCSP response, a CRL or a certificate rests on.
enum OCSPSignature {
    /// The name of the function if it is one in which collisions are made in practice: MD5 and older ones, SHA-1.
    ///
    /// Collisions let an answer about one certificate be turned into an answer about another.
    static func weakHash(_ algorithm: UnsafePointer<X509_ALGOR>?) -> String? {
        guard let hash = unsafe hash(algorithm) else { return nil }
        return switch hash {
        case NID_sha1: "SHA-1"
        case NID_md2: "MD2"
        case NID_md4: "MD4"
        case NID_md5: "MD5"
        default: nil
        }
    }

    /// The NID of the hash function; nil for algorithms with a fixed one of their own (Ed25519) and for those that are not known.
    private static func hash(_ algorithm: UnsafePointer<X509_ALGOR>?) -> Int32? {
        guard let algorithm = unsafe algorithm else { return nil }
        var object: OpaquePointer?
        var parameterType: Int32 = 0
        var parameter: UnsafeRawPointer?
        unsafe X509_ALGOR_get0(&object, &parameterType, &parameter, algorithm)
        let identifier = unsafe OBJ_obj2nid(object)
        if identifier == NID_rsassaPss { return unsafe pssHash(parameterType, parameter) }
        var hash = NID_undef
        guard unsafe OBJ_find_sigid_algs(identifier, &hash, nil) == 1, hash != NID_undef else { return nil }
        return hash
    }

    /// RSASSA-PSS names its hash in the parameters, SHA-1 if it does not (RFC 4055 §3.1).
    private static func pssHash(_ type: Int32, _ parameter: UnsafeRawPointer?) -> Int32? {
        defer { Operation.discardErrors() }
        guard type == V_ASN1_SEQUENCE, let parameter = unsafe parameter else { return NID_sha1 }
        let sequence = unsafe parameter.assumingMemoryBound(to: ASN1_STRING.self)
        let count = unsafe ASN1_STRING_length(sequence)
        var position = unsafe ASN1_STRING_get0_data(sequence)
        guard let parameters = unsafe d2i_RSA_PSS_PARAMS(nil, &position, Int(count)) else { return nil }
        defer { unsafe RSA_PSS_PARAMS_free(parameters) }
        guard let algorithm = unsafe parameters.pointee.hashAlgorithm else { return NID_sha1 }
        var object: OpaquePointer?
        unsafe X509_ALGOR_get0(&object, nil, nil, algorithm)
        return unsafe OBJ_obj2nid(object)
    }
}
