import COpenSSL

extension CRL {
    /// Whether the list is meant for this certificate and holds nothing that has to be known and is not (RFC 5280 §5.2, §5.3, §6.3.3 (b)).
    ///
    /// - Returns: whether the list covers every reason for revocation.
    borrowing func scope(
        for certificate: borrowing OCSPCertificate, _ operation: Operation
    ) throws(OpenSSLError) -> Result<Bool, CRLRefusal> {
        defer { Operation.discardErrors() }
        if unsafe X509_CRL_get_ext_by_NID(pointer, NID_delta_crl, -1) >= 0 { return .failure(.delta) }
        if let refusal = unknownExtension() ?? entryObjection() { return .failure(refusal) }
        var criticality: Int32 = 0
        guard let found = unsafe X509_CRL_get_ext_d2i(pointer, NID_issuing_distribution_point, &criticality, nil) else {
            // -1 says that there is none; everything else, that there is one and it cannot be read, or there are two.
            return criticality == -1 ? .success(true) : .failure(.malformedExtension)
        }
        let point = unsafe found.assumingMemoryBound(to: ISSUING_DIST_POINT.self)
        defer { unsafe ISSUING_DIST_POINT_free(point) }
        if let refusal = unsafe Self.objection(point.pointee, certificate) { return .failure(refusal) }
        guard unsafe Self.isNamed(point.pointee.distpoint, by: certificate) else { return .failure(.otherDistributionPoint) }
        return .success(unsafe point.pointee.onlysomereasons == nil)
    }

    private static func objection(_ point: ISSUING_DIST_POINT, _ certificate: borrowing OCSPCertificate) -> CRLRefusal? {
        if unsafe point.indirectCRL > 0 { return .indirect }
        if unsafe point.onlyattr > 0 { return .attributesOnly }
        let isOtherKind = unsafe certificate.isAuthority ? point.onlyuser > 0 : point.onlyCA > 0
        return isOtherKind ? .otherKind : nil
    }

    /// A critical extension of the list that is not known here.
    private borrowing func unknownExtension() -> CRLRefusal? {
        let known = [NID_issuing_distribution_point, NID_crl_number, NID_authority_key_identifier]
        var position: Int32 = -1
        while true {
            position = unsafe X509_CRL_get_ext_by_critical(pointer, 1, position)
            guard position >= 0 else { return nil }
            let identifier = unsafe X509_EXTENSION_get_object(X509_CRL_get_ext(pointer, position))
            if !known.contains(unsafe OBJ_obj2nid(identifier)) { return .criticalExtension(unsafe ASN1Value.oid(identifier)) }
        }
    }

    /// A critical extension of any entry that is not known here forbids using the list for any certificate (RFC 5280 §5.3).
    private borrowing func entryObjection() -> CRLRefusal? {
        let entries = unsafe X509_CRL_get_REVOKED(pointer)
        let count = unsafe entries == nil ? 0 : OPENSSL_sk_num(entries)
        for index in 0..<count {
            guard let element = unsafe OPENSSL_sk_value(entries, index) else { continue }
            let entry = OpaquePointer(element)
            if unsafe X509_REVOKED_get_ext_by_NID(entry, NID_certificate_issuer, -1) >= 0 { return .indirect }
            var position = unsafe X509_REVOKED_get_ext_by_critical(entry, 1, -1)
            while position >= 0 {
                let identifier = unsafe X509_EXTENSION_get_object(X509_REVOKED_get_ext(entry, position))
                let isKnown = [NID_crl_reason, NID_invalidity_date].contains(unsafe OBJ_obj2nid(identifier))
                guard isKnown else { return .criticalExtension(unsafe ASN1Value.oid(identifier)) }
                position = unsafe X509_REVOKED_get_ext_by_critical(entry, 1, position)
            }
        }
        return nil
    }

    /// Whether the certificate names the point that the list says it is for (RFC 5280 §6.3.3 (b)(2)).
    ///
    /// An authority that splits its list signs each part alike: without this, a part in which the certificate cannot stand would pass as
    /// proof that it was not revoked.
    private static func isNamed(_ name: UnsafeMutablePointer<DIST_POINT_NAME>?, by certificate: borrowing OCSPCertificate) -> Bool {
        guard let name = unsafe name else { return true }
        // A name relative to the issuer's, which nobody uses, fits nothing here.
        guard unsafe name.pointee.type == 0, let own = unsafe name.pointee.name.fullname else { return false }
        guard let found = unsafe X509_get_ext_d2i(certificate.pointer, NID_crl_distribution_points, nil, nil) else { return false }
        let points = OpaquePointer(found)
        defer { unsafe CRL_DIST_POINTS_free(points) }
        for index in 0..<(unsafe OPENSSL_sk_num(points)) {
            guard let element = unsafe OPENSSL_sk_value(points, index) else { continue }
            let point = unsafe element.assumingMemoryBound(to: DIST_POINT.self).pointee
            guard let other = unsafe point.distpoint, unsafe other.pointee.type == 0 else { continue }
            if let names = unsafe other.pointee.name.fullname, unsafe shareName(own, names) { return true }
        }
        return false
    }

    private static func shareName(_ left: OpaquePointer, _ right: OpaquePointer) -> Bool {
        for first in 0..<(unsafe OPENSSL_sk_num(left)) {
            guard let name = unsafe OPENSSL_sk_value(left, first) else { continue }
            let general = unsafe name.assumingMemoryBound(to: GENERAL_NAME.self)
            for second in 0..<(unsafe OPENSSL_sk_num(right)) {
                guard let other = unsafe OPENSSL_sk_value(right, second) else { continue }
                if unsafe GENERAL_NAME_cmp(general, other.assumingMemoryBound(to: GENERAL_NAME.self)) == 0 { return true }
            }
        }
        return false
    }
}
