/// The chain of a server up to TLS 1.2 (RFC 5246 §7.4.2).
struct CertificateMessage: Sendable, Hashable {
    /// DER, not yet read, the leaf first. Empty where the server has none to show.
    var certificates: [[UInt8]]

    /// - Throws: `oversized` if there are more than ``ServedChain/maximumCount``, which no honest server sends.
    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        var list = ByteReader(try reader.vector24("a Certificate message"))
        try reader.requireEnd("a Certificate message")
        var certificates: [[UInt8]] = []
        while !list.isAtEnd {
            guard certificates.count < ServedChain.maximumCount else { throw .oversized("a list of certificates") }
            let certificate = try list.vector24("a certificate")
            guard !certificate.isEmpty else { throw .malformed("an empty certificate") }
            certificates.append(Array(certificate))
        }
        self.certificates = certificates
    }
}
