/// What stands in one certificate (RFC 5280), read by libcrypto.
public struct CertificateFacts: Sendable, Hashable, Codable {
    /// X.509 version: 1 to 3.
    public var version: Int
    /// RFC 4514 text: `CN=example.com,O=Example`.
    public var subject: String
    public var issuer: String
    public var commonName: String?
    /// In hexadecimal, without sign or separators.
    public var serialNumber: String
    /// Seconds since 1970 in UTC, both inclusive.
    public var notBefore: Int64
    public var notAfter: Int64
    /// From subjectAltName; names of other kinds are in `otherNames` as `email:…`, `URI:…`.
    public var dnsNames: [String]
    public var ipAddresses: [String]
    public var otherNames: [String]
    public var key: CertificateKeyFacts
    /// As libcrypto names it: `sha256WithRSAEncryption`, `ecdsa-with-SHA384`, `ED25519`; the OID where it has no name. RSASSA-PSS with its
    /// hash: `RSASSA-PSS-SHA256`.
    public var signatureAlgorithm: String
    /// From basicConstraints; nil if the extension is absent.
    public var isCA: Bool?
    public var pathLength: Int?
    /// RFC 5280 names: `digitalSignature`, `keyCertSign`. Nil if the extension is absent.
    public var keyUsage: [String]?
    /// `serverAuth`, `clientAuth`, `anyExtendedKeyUsage`, … or OIDs. Nil if the extension is absent.
    public var extendedKeyUsage: [String]?
    public var ocspURLs: [String]
    public var crlURLs: [String]
    /// Where the issuer's certificate can be had (AIA caIssuers).
    public var issuerURLs: [String]
    /// RFC 7633.
    public var mustStaple: Bool
    /// Signed certificate timestamps in the certificate itself.
    public var embeddedTimestampCount: Int
    public var policyOIDs: [String]
    /// OIDs of critical extensions that libcrypto does not know.
    public var unknownCriticalExtensions: [String]
    /// SHA-256, in hexadecimal.
    public var fingerprint: String
    /// SHA-256 of the SubjectPublicKeyInfo, in hexadecimal (RFC 7469 pins it).
    public var keyFingerprint: String
    /// Issuer and subject are the same, and its own key signed it.
    public var isSelfSigned: Bool
}

public struct CertificateKeyFacts: Sendable, Hashable, Codable {
    /// `RSA`, `RSA-PSS`, `EC`, `DSA`, `Ed25519`, `Ed448`, `ML-DSA-65`, …, or the OID.
    public var algorithm: String
    public var bits: Int?
    /// As IANA's TLS registry names it where it does: `secp256r1`. Else libcrypto's name.
    public var curve: String?
    /// RSA's public exponent, decimal.
    public var exponent: String?
    /// What is known to be wrong with this very key. Sorted.
    public var weaknesses: [KeyWeakness]
}

/// A flaw of a key that has nothing to do with its size.
public enum KeyWeakness: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// On the list of keys that Debian's broken OpenSSL made (CVE-2008-0166).
    case debian = "debian-weak-key"
    /// Made by Infineon's library (CVE-2017-15361).
    case roca
    /// The primes are so close that Fermat's method finds them.
    case closePrimes = "close-primes"
    case smallFactor = "small-factor"
    case smallExponent = "small-exponent"
    case evenModulus = "even-modulus"

    public static func < (left: KeyWeakness, right: KeyWeakness) -> Bool { left.rawValue < right.rawValue }
}
