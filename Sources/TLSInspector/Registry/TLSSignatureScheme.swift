/// How a handshake is signed (IANA, TLS SignatureScheme); in TLS 1.2 a hash and a signature algorithm.
public struct TLSSignatureScheme: CodePoint {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public var registeredName: String? { nil }
    public init?(registeredName: String) { return nil }
}
