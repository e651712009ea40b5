/// A stapled OCSP response (RFC 6066 §8); in TLS 1.3 the same stands in an extension of the certificate.
struct CertificateStatusMessage: Sendable, Hashable {
    /// DER, not yet read.
    var response: [UInt8]

    private static let ocsp: UInt8 = 1

    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        guard try reader.uint8("a CertificateStatus message") == Self.ocsp else { throw .malformed("the type of a certificate status") }
        let response = try reader.vector24("a stapled response")
        try reader.requireEnd("a CertificateStatus message")
        guard !response.isEmpty else { throw .malformed("an empty stapled response") }
        self.response = Array(response)
    }
}
