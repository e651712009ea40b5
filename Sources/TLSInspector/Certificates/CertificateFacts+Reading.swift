internal import OpenSSL

extension CertificateFacts {
    /// The longest certificate that is read, in bytes.
    public static let maximumByteCount = X509Certificate.maximumByteCount

    /// Reads one certificate.
    /// - Parameters:
    ///   - der: DER without a byte before or behind it.
    ///   - blocklist: Debian's weak keys, if at hand: only then `debian` can be among the weaknesses.
    /// - Throws: `malformed` also if one of its extensions is broken, or a name has a NUL in it (CVE-2009-2408).
    public init(der: [UInt8], blocklist: DebianBlocklist? = nil) throws(CertificateError) {
        let certificate = try CertificateError.wrapping { () throws(OpenSSLError) in try X509Certificate(der: der) }
        try self.init(certificate, blocklist: blocklist)
    }

    init(_ certificate: X509Certificate, blocklist: DebianBlocklist?) throws(CertificateError) {
        if let oid = certificate.repeatedExtension { throw .malformed("the extension \(oid) is there twice") }
        do {
            let subject = try certificate.subject()
            self.subject = subject.text
            commonName = subject.commonName
            issuer = try certificate.issuer().text
            (notBefore, notAfter) = (try certificate.notBefore(), try certificate.notAfter())
            let names = AlternativeNames(try certificate.alternativeNames() ?? [])
            (dnsNames, ipAddresses, otherNames) = (names.dns, names.ip, names.other)
            key = try CertificateKeyFacts(try certificate.key(), blocklist: blocklist)
            signatureAlgorithm = SignatureName.text(try certificate.signature())
            let constraints = try certificate.basicConstraints()
            (isCA, pathLength) = (constraints?.isCA, constraints?.pathLength)
            keyUsage = try certificate.keyUsage()?.map { KeyUsageName.bits[$0] }
            extendedKeyUsage = try certificate.extendedKeyUsage()?.map { KeyUsageName.extended[$0] ?? $0 }
            let information = try certificate.authorityInformation()
            ocspURLs = information.filter { $0.method == "1.3.6.1.5.5.7.48.1" }.map(\.url)
            issuerURLs = information.filter { $0.method == "1.3.6.1.5.5.7.48.2" }.map(\.url)
            crlURLs = try certificate.revocationListURLs()
            // status_request and status_request_v2 (RFC 7633 §4.2.3).
            mustStaple = try certificate.tlsFeatures().contains { $0 == 5 || $0 == 17 }
            embeddedTimestampCount = try certificate.embeddedTimestampCount()
            policyOIDs = try certificate.policies()
            let der = certificate.der
            fingerprint = Hexadecimal.text(try Digest.hash(.sha256, der.bytes))
            let spki = try certificate.spkiDER()
            keyFingerprint = Hexadecimal.text(try Digest.hash(.sha256, spki.bytes))
        } catch {
            throw CertificateError(error)
        }
        version = certificate.version
        serialNumber = Hexadecimal.text(certificate.serialNumber)
        unknownCriticalExtensions = certificate.unknownCriticalExtensions
        isSelfSigned = certificate.isSelfIssued && certificate.checkSignature(by: certificate) == .valid
    }
}
