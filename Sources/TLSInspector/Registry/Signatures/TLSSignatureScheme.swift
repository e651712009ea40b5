/// How a handshake is signed (IANA, TLS SignatureScheme); in TLS 1.2 a hash and a signature algorithm.
public struct TLSSignatureScheme: CodePoint {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public var registeredName: String? { Self.table[self]?.name }

    public init?(registeredName: String) {
        guard let scheme = Self.byName[registeredName] else { return nil }
        self = scheme
    }

    /// Nil for numbers that are not in our table.
    public var attributes: TLSSignatureSchemeAttributes? { Self.table[self] }

    /// Every scheme that is known, sorted by number.
    public static let known: [TLSSignatureScheme] = table.keys.sorted()

    /// What may sign a handshake of TLS 1.3.
    public static let tls13All: [TLSSignatureScheme] = known.filter { table[$0]?.isTLS13 ?? false }

    /// What may sign a handshake of TLS 1.2.
    public static let tls12All: [TLSSignatureScheme] = known.filter { table[$0]?.isTLS12 ?? false }

    /// What a hello offers so that no certificate is missed, the strongest first and SHA-1 and MD5 last, as a client would.
    public static let offered: [TLSSignatureScheme] = [
        0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080A, 0x080B, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0904, 0x0905,
        0x0906, 0x081A, 0x081B, 0x081C, 0x0708, 0x0303, 0x0301, 0x0402, 0x0302, 0x0203, 0x0201, 0x0202, 0x0101,
    ].map { TLSSignatureScheme(rawValue: $0) }

    /// Of those, what a certificate with one of these keys can answer: so a server with several certificates shows each.
    public static func offered(for keys: Set<TLSSignatureSchemeAttributes.Key>) -> [TLSSignatureScheme] {
        offered.filter { scheme in table[scheme].map { keys.contains($0.key) } ?? false }
    }

    private static let table = TLSSignatureSchemeTable.read()

    private static let byName: [String: TLSSignatureScheme] = {
        var names: [String: TLSSignatureScheme] = [:]
        for (scheme, attributes) in table { names[attributes.name] = scheme }
        return names
    }()
}
