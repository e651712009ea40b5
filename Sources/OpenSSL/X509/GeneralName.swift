import COpenSSL

/// One name of a subjectAltName or a distribution point (RFC 5280 §4.2.1.6).
public enum GeneralName: Sendable, Hashable {
    case dns(String)
    /// The bytes as they stand there: 4 or 16 in a name, twice that in a constraint.
    case ip([UInt8])
    case email(String)
    case uri(String)
    case directory(String)
    case registeredID(String)
    /// The OID of the kind of name.
    case other(String)
    /// x400Address or ediPartyName.
    case unusual

    /// - Throws: `invalidInput` for a text with a NUL (CVE-2009-2408), or that is not ASCII.
    init(_ name: UnsafeRawPointer, _ operation: Operation) throws(OpenSSLError) {
        var type: Int32 = -1
        let name = unsafe name.assumingMemoryBound(to: GENERAL_NAME.self)
        guard let value = unsafe GENERAL_NAME_get0_value(name, &type) else { throw operation.failure(.invalidInput) }
        let string = unsafe UnsafePointer(value.assumingMemoryBound(to: ASN1_STRING.self))
        switch type {
        case GEN_DNS: self = try unsafe .dns(Self.text(string, operation))
        case GEN_EMAIL: self = try unsafe .email(Self.text(string, operation))
        case GEN_URI: self = try unsafe .uri(Self.text(string, operation))
        case GEN_IPADD: self = unsafe .ip(ASN1Value.bytes(string))
        case GEN_DIRNAME: self = try unsafe .directory(X509NameText(OpaquePointer(value), "alternative").text)
        case GEN_RID: self = unsafe .registeredID(ASN1Value.oid(OpaquePointer(value)))
        case GEN_OTHERNAME:
            self = unsafe .other(ASN1Value.oid(value.assumingMemoryBound(to: OTHERNAME.self).pointee.type_id))
        default: self = .unusual
        }
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>, _ operation: Operation) throws(OpenSSLError) -> String {
        let bytes = unsafe ASN1Value.bytes(string)
        try operation.require(!bytes.contains(0), "a NUL is in an alternative name")
        try operation.require(bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "an alternative name is not printable ASCII")
        return String(decoding: bytes, as: UTF8.self)
    }
}
