import COpenSSL

extension X509Certificate {
    /// Names of the subject beside its distinguished name. Nil if the extension is absent.
    public func alternativeNames() throws(OpenSSLError) -> [GeneralName]? {
        let operation = Operation("read subjectAltName")
        return try unsafe withExtension(NID_subject_alt_name, operation, free: { unsafe GENERAL_NAMES_free(OpaquePointer($0)) }) {
            (value) throws(OpenSSLError) in try unsafe Self.names(OpaquePointer(value), operation)
        }
    }

    /// RFC 5280 §4.2.1.9. Nil if the extension is absent.
    public func basicConstraints() throws(OpenSSLError) -> BasicConstraints? {
        let operation = Operation("read basicConstraints")
        let free = { @Sendable (value: UnsafeMutableRawPointer) in
            unsafe BASIC_CONSTRAINTS_free(value.assumingMemoryBound(to: BASIC_CONSTRAINTS.self))
        }
        return try unsafe withExtension(NID_basic_constraints, operation, free: free) { (value) throws(OpenSSLError) in
            let constraints = unsafe value.assumingMemoryBound(to: BASIC_CONSTRAINTS.self)
            guard let length = unsafe constraints.pointee.pathlen else {
                return unsafe BasicConstraints(isCA: constraints.pointee.ca != 0, pathLength: nil)
            }
            let number = unsafe ASN1_INTEGER_get(length)
            try operation.require(number >= 0 && number <= Int(Int32.max), "the path length is out of range")
            return unsafe BasicConstraints(isCA: constraints.pointee.ca != 0, pathLength: number)
        }
    }

    /// The bits of RFC 5280 §4.2.1.3 that are set, 0 to 8. Nil if the extension is absent.
    public func keyUsage() throws(OpenSSLError) -> [Int]? {
        let operation = Operation("read keyUsage")
        return try unsafe withExtension(NID_key_usage, operation, free: Self.freeString) { (value) throws(OpenSSLError) in
            let bits = unsafe value.assumingMemoryBound(to: ASN1_STRING.self)
            return (0...8).filter { unsafe ASN1_BIT_STRING_get_bit(bits, Int32($0)) == 1 }
        }
    }

    /// OIDs of RFC 5280 §4.2.1.12. Nil if the extension is absent.
    public func extendedKeyUsage() throws(OpenSSLError) -> [String]? {
        let operation = Operation("read extKeyUsage")
        let free = { @Sendable (value: UnsafeMutableRawPointer) in unsafe EXTENDED_KEY_USAGE_free(OpaquePointer(value)) }
        return try unsafe withExtension(NID_ext_key_usage, operation, free: free) { (value) throws(OpenSSLError) in
            var oids: [String] = []
            unsafe X509Stack(OpaquePointer(value)).forEach { unsafe oids.append(ASN1Value.oid(OpaquePointer($0))) }
            return oids
        }
    }

    /// The places that say more about the issuer (RFC 5280 §4.2.2.1): the OID of the access method, and the URL.
    public func authorityInformation() throws(OpenSSLError) -> [AuthorityInformation] {
        let operation = Operation("read authorityInfoAccess")
        let free = { @Sendable (value: UnsafeMutableRawPointer) in unsafe AUTHORITY_INFO_ACCESS_free(OpaquePointer(value)) }
        return try unsafe withExtension(NID_info_access, operation, free: free) { (value) throws(OpenSSLError) in
            var places: [AuthorityInformation] = []
            try unsafe X509Stack(OpaquePointer(value)).forEach { (element) throws(OpenSSLError) in
                let description = unsafe element.assumingMemoryBound(to: ACCESS_DESCRIPTION.self).pointee
                guard let location = unsafe description.location else { return }
                guard case .uri(let url) = try unsafe GeneralName(location, operation) else { return }
                unsafe places.append(AuthorityInformation(method: ASN1Value.oid(description.method), url: url))
            }
            return places
        } ?? []
    }

    /// URLs of revocation lists (RFC 5280 §4.2.1.13).
    public func revocationListURLs() throws(OpenSSLError) -> [String] {
        let operation = Operation("read cRLDistributionPoints")
        let free = { @Sendable (value: UnsafeMutableRawPointer) in unsafe CRL_DIST_POINTS_free(OpaquePointer(value)) }
        return try unsafe withExtension(NID_crl_distribution_points, operation, free: free) { (value) throws(OpenSSLError) in
            var urls: [String] = []
            try unsafe X509Stack(OpaquePointer(value)).forEach { (element) throws(OpenSSLError) in
                let point = unsafe element.assumingMemoryBound(to: DIST_POINT.self).pointee
                // Type 0 is fullName; the other is relative to the issuer, and names no URL.
                guard let name = unsafe point.distpoint?.pointee, unsafe name.type == 0 else { return }
                for name in try unsafe Self.names(name.name.fullname, operation) {
                    if case .uri(let url) = name { urls.append(url) }
                }
            }
            return urls
        } ?? []
    }

    /// OIDs of RFC 5280 §4.2.1.4.
    public func policies() throws(OpenSSLError) -> [String] {
        let operation = Operation("read certificatePolicies")
        let free = { @Sendable (value: UnsafeMutableRawPointer) in unsafe CERTIFICATEPOLICIES_free(OpaquePointer(value)) }
        return try unsafe withExtension(NID_certificate_policies, operation, free: free) { (value) throws(OpenSSLError) in
            var oids: [String] = []
            unsafe X509Stack(OpaquePointer(value)).forEach {
                unsafe oids.append(ASN1Value.oid($0.assumingMemoryBound(to: POLICYINFO.self).pointee.policyid))
            }
            return oids
        } ?? []
    }

    /// The TLS extensions that a server must show with this certificate (RFC 7633); 5 is a stapled OCSP response.
    public func tlsFeatures() throws(OpenSSLError) -> [Int] {
        let operation = Operation("read TLS feature")
        let free = { @Sendable (value: UnsafeMutableRawPointer) in unsafe TLS_FEATURE_free(OpaquePointer(value)) }
        return try unsafe withExtension(NID_tlsfeature, operation, free: free) { (value) throws(OpenSSLError) in
            var features: [Int] = []
            unsafe X509Stack(OpaquePointer(value)).forEach {
                unsafe features.append(Int(ASN1_INTEGER_get($0.assumingMemoryBound(to: ASN1_STRING.self))))
            }
            return features
        } ?? []
    }

    /// How many signed certificate timestamps stand in the certificate (RFC 6962 §3.3).
    public func embeddedTimestampCount() throws(OpenSSLError) -> Int {
        let free = { @Sendable (value: UnsafeMutableRawPointer) in unsafe SCT_LIST_free(OpaquePointer(value)) }
        return try unsafe withExtension(NID_ct_precert_scts, Operation("read signed certificate timestamps"), free: free) {
            (value) throws(OpenSSLError) in unsafe X509Stack(OpaquePointer(value)).count
        } ?? 0
    }
}

extension X509Certificate {
    /// OIDs of the critical extensions that libcrypto does not handle (RFC 5280 §4.2).
    public var unknownCriticalExtensions: [String] {
        unsafe (0..<max(0, X509_get_ext_count(pointer))).compactMap { index in
            guard let one = unsafe X509_get_ext(pointer, index) else { return nil }
            guard unsafe X509_EXTENSION_get_critical(one) != 0, unsafe X509_supported_extension(one) == 0 else { return nil }
            return unsafe ASN1Value.oid(X509_EXTENSION_get_object(one))
        }
    }

    /// The OID of an extension that stands there twice (RFC 5280 §4.2 forbids it). Nil if there is none.
    public var repeatedExtension: String? {
        var seen: Set<String> = []
        for index in unsafe 0..<max(0, X509_get_ext_count(pointer)) {
            let oid = unsafe ASN1Value.oid(X509_EXTENSION_get_object(X509_get_ext(pointer, index)))
            if !seen.insert(oid).inserted { return oid }
        }
        return nil
    }

    /// Decodes one extension; nil if it is absent.
    /// - Throws: `invalidInput` if it is broken or there twice.
    func withExtension<R>(
        _ nid: Int32, _ operation: Operation, free: (UnsafeMutableRawPointer) -> Void,
        _ body: (UnsafeMutableRawPointer) throws(OpenSSLError) -> R
    ) throws(OpenSSLError) -> R? {
        var critical: Int32 = 0
        guard let value = unsafe X509_get_ext_d2i(pointer, nid, &critical, nil) else {
            let failure = operation.failure(.invalidInput)
            if critical == -1 { return nil }
            if critical == -2 { throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "the extension is there twice") }
            throw failure
        }
        defer { unsafe free(value) }
        Operation.discardErrors()
        return try unsafe body(value)
    }

    static func names(_ stack: OpaquePointer?, _ operation: Operation) throws(OpenSSLError) -> [GeneralName] {
        var names: [GeneralName] = []
        try unsafe X509Stack(stack).forEach { (element) throws(OpenSSLError) in
            names.append(try unsafe GeneralName(element, operation))
        }
        return names
    }

    private static func freeString(_ value: UnsafeMutableRawPointer) {
        unsafe ASN1_STRING_free(value.assumingMemoryBound(to: ASN1_STRING.self))
    }
}

/// RFC 5280 §4.2.1.9.
public struct BasicConstraints: Sendable, Hashable {
    public let isCA: Bool
    public let pathLength: Int?
}

/// One entry of RFC 5280 §4.2.2.1.
public struct AuthorityInformation: Sendable, Hashable {
    /// An OID: 1.3.6.1.5.5.7.48.1 is OCSP, .2 the issuer's certificate.
    public let method: String
    public let url: String
}
