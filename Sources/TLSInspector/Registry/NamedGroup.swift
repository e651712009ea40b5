/// A group for key exchange (IANA, TLS Supported Groups).
public struct NamedGroup: CodePoint {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let secp256r1 = NamedGroup(rawValue: 23)
    public static let secp384r1 = NamedGroup(rawValue: 24)
    public static let secp521r1 = NamedGroup(rawValue: 25)
    public static let x25519 = NamedGroup(rawValue: 29)
    public static let x448 = NamedGroup(rawValue: 30)
    public static let x25519MLKEM768 = NamedGroup(rawValue: 0x11EC)

    public var registeredName: String? { nil }
    public init?(registeredName: String) { return nil }
}
