/// An IP address as text, in the one spelling by which two of them can be compared.
public struct AddressLiteral: Sendable, Hashable, CustomStringConvertible {
    /// Four or sixteen bytes.
    public let bytes: [UInt8]

    /// Reads `192.0.2.1` (four decimal numbers, nothing shorter, no leading zeros, which some read as octal), or RFC 4291 §2.2 without
    /// brackets and zone.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        // An IPv4 address can only be the end.
        if let dot = text.firstIndex(of: "."), text[dot...].contains(":") { return nil }
        guard let bytes = IPAddressText.bytes(text), let description = IPAddressText.text(bytes) else { return nil }
        self.bytes = bytes
        self.description = description
    }

    public var isIPv6: Bool { bytes.count == 16 }
    /// RFC 5952
    public let description: String

    /// Of `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`.
    private static let maximumLength = 45
}
