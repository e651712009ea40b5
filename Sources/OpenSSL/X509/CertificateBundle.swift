import COpenSSL

/// What web servers give out as the certificate of an issuer (RFC 5280 §4.2.2.1): one certificate as DER, several in a "certs-only" message
/// of PKCS#7 (RFC 5652 §5), or, against the standard, either of them as PEM.
public enum CertificateBundle {
    public static let maximumByteCount = 1 << 18
    public static let maximumCertificateCount = 32

    private static let operation = Operation("read certificates of an issuer")

    /// - Throws: `invalidInput` if there is no certificate, one of them cannot be read, or there are more than
    ///   ``maximumCertificateCount``.
    public static func read(_ bytes: [UInt8]) throws(OpenSSLError) -> [X509Certificate] {
        try operation.require(bytes.count <= maximumByteCount, "more than \(maximumByteCount) bytes")
        // The tag of a SEQUENCE, which both forms of DER begin with.
        let certificates = bytes.first == 0x30 ? try readDER(bytes) : try readPEM(bytes)
        try operation.require(!certificates.isEmpty, "there is no certificate")
        return certificates
    }

    private static func readDER(_ bytes: [UInt8]) throws(OpenSSLError) -> [X509Certificate] {
        let parsed = unsafe bytes.withUnsafeBytes { buffer in
            var position = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe d2i_PKCS7(nil, &position, buffer.count)
        }
        Operation.discardErrors()
        guard let message = unsafe parsed else { return [try X509Certificate(der: bytes)] }
        defer { unsafe PKCS7_free(message) }
        guard unsafe OBJ_obj2nid(message.pointee.type) == NID_pkcs7_signed, let signed = unsafe message.pointee.d.sign else {
            throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "a PKCS#7 message of another kind")
        }
        let list = unsafe X509Stack(signed.pointee.cert)
        try operation.require(list.count <= maximumCertificateCount, "more than \(maximumCertificateCount) certificates")
        var certificates: [X509Certificate] = []
        try unsafe list.forEach { (element) throws(OpenSSLError) in
            unsafe certificates.append(try copy(OpaquePointer(element)))
        }
        return certificates
    }

    private static func copy(_ certificate: OpaquePointer) throws(OpenSSLError) -> X509Certificate {
        try X509Certificate(der: try unsafe ASN1Value.der(operation) { unsafe i2d_X509(certificate, $0) })
    }

    private static func readPEM(_ bytes: [UInt8]) throws(OpenSSLError) -> [X509Certificate] {
        var certificates: [X509Certificate] = []
        for block in try blocks(bytes) {
            certificates += try readDER(block)
            try operation.require(certificates.count <= maximumCertificateCount, "more than \(maximumCertificateCount) certificates")
        }
        return certificates
    }

    /// What is between the lines of PEM (RFC 7468), of certificates and PKCS#7 only.
    private static func blocks(_ bytes: [UInt8]) throws(OpenSSLError) -> [[UInt8]] {
        let source = try unsafe Owned(operation.check(BIO_new(BIO_s_mem())), release: { unsafe BIO_free($0) })
        let written = unsafe bytes.withUnsafeBytes { unsafe BIO_write(source.pointer, $0.baseAddress, Int32($0.count)) }
        guard Int(written) == bytes.count else { throw operation.failure(.libraryFailure) }
        var blocks: [[UInt8]] = []
        // Each block takes more than one byte of what is bounded already.
        while let block = unsafe nextBlock(source.pointer) {
            if ["CERTIFICATE", "X509 CERTIFICATE", "PKCS7", "CMS"].contains(block.label) { blocks.append(block.content) }
        }
        return blocks
    }

    private static func nextBlock(_ source: OpaquePointer) -> (label: String, content: [UInt8])? {
        var (label, header): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)
        var content: UnsafeMutablePointer<UInt8>?
        var count = 0
        defer { Operation.discardErrors() }
        guard unsafe PEM_read_bio(source, &label, &header, &content, &count) == 1 else { return nil }
        defer {
            unsafe CRYPTO_free(label, nil, 0)
            unsafe CRYPTO_free(header, nil, 0)
            unsafe CRYPTO_free(content, nil, 0)
        }
        guard let label = unsafe label, let content = unsafe content else { return nil }
        return unsafe (String(cString: label), Array(UnsafeBufferPointer(start: content, count: count)))
    }
}
