/// What a suite does, as its name tells: `TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA` is a key exchange and an authentication before `_WITH_`,
/// a cipher with its mode behind it, and a hash at the end. Suites of TLS 1.3 have no `_WITH_`: they leave both to extensions.
public struct CipherSuiteAttributes: Sendable, Hashable {
    public var keyExchange: KeyExchangeMethod
    public var authentication: SuiteAuthentication
    public var cipher: BulkCipher
    public var mode: CipherMode
    /// Of effective strength: 112 for 3DES (NIST SP 800-57 part 1, table 2), 40 or 56 for suites for export, 0 without encryption.
    public var keyBits: Int
    /// Of the block cipher, whatever its mode; nil for stream ciphers and suites without encryption.
    public var blockBits: Int?
    public var mac: SuiteMAC
    public var isExport: Bool
    /// In which servers were seen to take it. That is more than standards allow: some take suites for export in TLS 1.2, and OpenSSL took
    /// elliptic curves in SSLv3.
    public var versions: ClosedRange<ProtocolVersion>

    public var lowestVersion: ProtocolVersion { versions.lowerBound }
    public var highestVersion: ProtocolVersion { versions.upperBound }
    /// Nobody proves who he is.
    public var isAnonymous: Bool { authentication == .anonymous || authentication == .none }
    /// Nothing is encrypted.
    public var isNull: Bool { cipher == .null }
    public var isAEAD: Bool { mac == .aead }

    /// A pre-shared key is needed; not in TLS 1.3, where the suite does not say.
    public var isPSK: Bool {
        switch keyExchange {
        case .psk, .rsaPSK, .dhePSK, .ecdhePSK: true
        case .none, .anyTLS13, .rsa, .rsaExport, .dh, .dhe, .ecdh, .ecdhe, .ecmqv, .srp, .kerberos, .gost, .fortezza, .eccPassword: false
        }
    }

    /// The premaster secret is encrypted to the server's RSA key with PKCS#1 v1.5, which is what ROBOT needs.
    public var usesRSAKeyExchange: Bool {
        switch keyExchange {
        case .rsa, .rsaExport, .rsaPSK: true
        case .none, .anyTLS13, .dh, .dhe, .ecdh, .ecdhe, .ecmqv, .psk, .dhePSK, .ecdhePSK, .srp, .kerberos, .gost, .fortezza, .eccPassword:
            false
        }
    }

    /// Recorded traffic stays secret when the server's long-term key is lost. (TLS 1.3 with a pre-shared key alone is the exception that a
    /// suite does not show.)
    public var hasForwardSecrecy: Bool {
        switch keyExchange {
        case .anyTLS13, .dhe, .ecdhe, .dhePSK, .ecdhePSK, .srp, .eccPassword: true
        case .none, .rsa, .rsaExport, .dh, .ecdh, .ecmqv, .psk, .rsaPSK, .kerberos, .gost, .fortezza: false
        }
    }

    /// ServerKeyExchange carries a signature (RFC 5246 §7.4.3).
    var signsKeyExchange: Bool {
        switch keyExchange {
        case .dhe, .ecdhe, .rsaExport, .srp, .ecmqv, .fortezza: break
        case .none, .anyTLS13, .rsa, .dh, .ecdh, .psk, .rsaPSK, .dhePSK, .ecdhePSK, .kerberos, .gost, .eccPassword: return false
        }
        switch authentication {
        case .rsa, .dss, .ecdsa, .ecnra, .kea: return true
        case .none, .anyTLS13, .anonymous, .psk, .kerberos, .gost, .password: return false
        }
    }
}
