/// A cipher suite (IANA, TLS Cipher Suites), named or not.
public struct CipherSuite: CodePoint {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let fallbackSCSV = CipherSuite(rawValue: 0x5600)
    public static let emptyRenegotiationInfoSCSV = CipherSuite(rawValue: 0x00FF)

    public var registeredName: String? { nil }
    public init?(registeredName: String) { return nil }
}
