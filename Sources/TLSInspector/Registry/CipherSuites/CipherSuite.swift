/// A cipher suite (IANA, TLS Cipher Suites), named or not.
public struct CipherSuite: CodePoint {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let fallbackSCSV = CipherSuite(rawValue: 0x5600)
    public static let emptyRenegotiationInfoSCSV = CipherSuite(rawValue: 0x00FF)

    public var registeredName: String? { CipherSuiteRegistry.shared.entries[self]?.name }

    public init?(registeredName: String) {
        guard let suite = CipherSuiteRegistry.shared.byName[registeredName] else { return nil }
        self = suite
    }

    /// `ECDHE-RSA-AES128-GCM-SHA256`; nil for suites that OpenSSL never had.
    public var openSSLName: String? { CipherSuiteRegistry.shared.entries[self]?.openSSLName }

    /// Older names of OpenSSL are known too: `EDH-RSA-DES-CBC3-SHA`.
    public init?(openSSLName: String) {
        guard let suite = CipherSuiteRegistry.shared.byOpenSSLName[openSSLName] else { return nil }
        self = suite
    }

    /// What its name says about it. Nil for numbers that are not in our table.
    public var attributes: CipherSuiteAttributes? { CipherSuiteRegistry.shared.entries[self]?.attributes }

    /// Not a suite but a word of the client's in a place where old servers ignore it (RFC 5746 §3.3, RFC 7507).
    public var isSignalling: Bool { self == .fallbackSCSV || self == .emptyRenegotiationInfoSCSV }

    /// Every suite that is known, signals included, sorted by number.
    public static let known: [CipherSuite] = CipherSuiteRegistry.shared.entries.keys.sorted()

    /// Every suite that servers were seen to take in a version, sorted by number, without signals. None for SSLv2, which has cipher kinds.
    public static func all(for version: ProtocolVersion) -> [CipherSuite] {
        CipherSuiteRegistry.shared.byVersion[version] ?? []
    }
}
