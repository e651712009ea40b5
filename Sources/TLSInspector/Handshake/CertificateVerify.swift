/// A server's signature over the handshake (RFC 8446 §4.4.3).
struct CertificateVerify: Sendable, Hashable {
    var signatureScheme: TLSSignatureScheme
    var signature: [UInt8]

    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        self.signatureScheme = TLSSignatureScheme(rawValue: try reader.uint16("a CertificateVerify"))
        self.signature = Array(try reader.vector16("a CertificateVerify"))
        try reader.requireEnd("a CertificateVerify")
    }
}
