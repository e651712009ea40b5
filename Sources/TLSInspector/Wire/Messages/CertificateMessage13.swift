/// The chain of a server in TLS 1.3, with what is stapled to each certificate (RFC 8446 §4.4.2).
struct CertificateMessage13: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        /// DER, not yet read.
        var certificate: [UInt8]
        var extensions: [ClientHello.Extension]
        /// An OCSP response, DER (RFC 8446 §4.4.2.1).
        var stapledResponse: [UInt8]?
        /// Nil if none came.
        var timestamps: SignedCertificateTimestampList?
    }

    /// Empty in a handshake; later it names the request that is answered.
    var requestContext: [UInt8]
    /// The leaf first.
    var entries: [Entry]

    var certificates: [[UInt8]] { entries.map(\.certificate) }

    /// - Throws: `oversized` if there are more than ``ServedChain/maximumCount`` certificates.
    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        self.requestContext = Array(try reader.vector8("a Certificate message"))
        var list = ByteReader(try reader.vector24("a Certificate message"))
        try reader.requireEnd("a Certificate message")
        var entries: [Entry] = []
        while !list.isAtEnd {
            guard entries.count < ServedChain.maximumCount else { throw .oversized("a list of certificates") }
            entries.append(try Entry(&list))
        }
        self.entries = entries
    }
}

extension CertificateMessage13.Entry {
    init(_ reader: inout ByteReader) throws(WireError) {
        let certificate = Array(try reader.vector24("a certificate"))
        guard !certificate.isEmpty else { throw .malformed("an empty certificate") }
        let extensions = try ServerHello.extensions(&reader)
        self.certificate = certificate
        self.extensions = extensions
        self.stapledResponse = nil
        self.timestamps = nil
        for item in extensions {
            if item.type == .statusRequest {
                stapledResponse = try CertificateStatusMessage(item.body).response
            } else if item.type == .signedCertificateTimestamp {
                timestamps = try SignedCertificateTimestampList(item.body)
            }
        }
    }
}
