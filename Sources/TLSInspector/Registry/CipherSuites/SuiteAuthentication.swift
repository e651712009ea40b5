/// How a server proves who it is.
public enum SuiteAuthentication: String, Sendable, Hashable, Codable, CaseIterable {
    /// TLS_NULL_WITH_NULL_NULL
    case none
    /// The suite says nothing about it: TLS 1.3 authenticates by the signature scheme (RFC 8446 §4.2.3).
    case anyTLS13 = "any"
    case anonymous
    /// For fixed DH and ECDH, what the certificate is signed with.
    case rsa = "RSA"
    case dss = "DSS"
    case ecdsa = "ECDSA"
    /// Nyberg and Rueppel's signatures, in a draft only.
    case ecnra = "ECNRA"
    case psk = "PSK"
    case kerberos = "KRB5"
    case gost = "GOST"
    case kea = "KEA"
    /// By knowing the verifier of a password: SRP, ECCPWD.
    case password
}
