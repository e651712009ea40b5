/// A server's wish to see a certificate, up to TLS 1.2 (RFC 5246 §7.4.4, RFC 4346 §7.4.4).
struct CertificateRequest: Sendable, Hashable {
    /// Kinds of keys (IANA, TLS ClientCertificateType Identifiers).
    var certificateTypes: [UInt8]
    /// Empty before TLS 1.2, which has no such list.
    var signatureSchemes: [TLSSignatureScheme]
    /// Distinguished names, DER, not yet read. Empty for any authority.
    var authorities: [[UInt8]]

    /// - Parameter version: the one that was negotiated.
    init(_ body: [UInt8], version: ProtocolVersion) throws(WireError) {
        var reader = ByteReader(body)
        self.certificateTypes = Array(try reader.vector8("a CertificateRequest"))
        self.signatureSchemes = version >= .tls12 ? try Self.signatureSchemes(&reader) : []
        self.authorities = try Self.authorities(&reader)
        try reader.requireEnd("a CertificateRequest")
    }

    static func signatureSchemes(_ reader: inout ByteReader) throws(WireError) -> [TLSSignatureScheme] {
        var list = ByteReader(try reader.vector16("a list of signature schemes"))
        var schemes: [TLSSignatureScheme] = []
        while !list.isAtEnd { schemes.append(TLSSignatureScheme(rawValue: try list.uint16("a list of signature schemes"))) }
        return schemes
    }

    /// Their number is bounded by the length of two bytes around them.
    static func authorities(_ reader: inout ByteReader) throws(WireError) -> [[UInt8]] {
        var list = ByteReader(try reader.vector16("a list of authorities"))
        var names: [[UInt8]] = []
        while !list.isAtEnd {
            let name = try list.vector16("the name of an authority")
            guard !name.isEmpty else { throw .malformed("the name of an authority") }
            names.append(Array(name))
        }
        return names
    }
}

/// The same in TLS 1.3 (RFC 8446 §4.3.2).
struct CertificateRequest13: Sendable, Hashable {
    /// Empty in a handshake.
    var context: [UInt8]
    var extensions: [ClientHello.Extension]
    var signatureSchemes: [TLSSignatureScheme]
    /// Distinguished names, DER, not yet read. Empty for any authority.
    var authorities: [[UInt8]]

    /// - Throws: `malformed` without the list of signature schemes, which the standard demands.
    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        self.context = Array(try reader.vector8("a CertificateRequest"))
        let extensions = try ServerHello.extensions(&reader)
        try reader.requireEnd("a CertificateRequest")
        var schemes: [TLSSignatureScheme]?
        var authorities: [[UInt8]] = []
        for item in extensions {
            var content = ByteReader(item.body)
            if item.type == .signatureAlgorithms {
                schemes = try CertificateRequest.signatureSchemes(&content)
                try content.requireEnd("a list of signature schemes")
            } else if item.type == .certificateAuthorities {
                authorities = try CertificateRequest.authorities(&content)
                try content.requireEnd("a list of authorities")
            }
        }
        guard let schemes else { throw .malformed("a CertificateRequest without signature schemes") }
        self.extensions = extensions
        self.signatureSchemes = schemes
        self.authorities = authorities
    }
}
