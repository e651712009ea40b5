/// How a suite up to TLS 1.2 agrees on its keys, which decides what stands in ServerKeyExchange.
public enum KeyExchangeMethod: String, Sendable, Hashable, Codable, CaseIterable {
    /// TLS_NULL_WITH_NULL_NULL and suites that are signals.
    case none
    /// The suite says nothing about it: TLS 1.3 agrees in extensions (RFC 8446 §4.2.8).
    case anyTLS13 = "any"
    case rsa = "RSA"
    /// With a temporary RSA key of at most 512 or 1024 bits.
    case rsaExport = "RSA_EXPORT"
    /// The server's certificate holds the DH key.
    case dh = "DH"
    case dhe = "DHE"
    case ecdh = "ECDH"
    case ecdhe = "ECDHE"
    /// Menezes, Qu and Vanstone's, in a draft only.
    case ecmqv = "ECMQV"
    case psk = "PSK"
    case rsaPSK = "RSA_PSK"
    case dhePSK = "DHE_PSK"
    case ecdhePSK = "ECDHE_PSK"
    case srp = "SRP"
    case kerberos = "KRB5"
    case gost = "GOST"
    case fortezza = "FORTEZZA"
    /// RFC 8492
    case eccPassword = "ECCPWD"
}
