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

    public var registeredName: String? { Self.table[self]?.name }

    public init?(registeredName: String) {
        guard let group = Self.byName[registeredName] else { return nil }
        self = group
    }

    /// Nil for numbers that are not in our table.
    public var attributes: NamedGroupAttributes? { Self.table[self] }

    /// Every group that is known, sorted by number.
    public static let known: [NamedGroup] = table.keys.sorted()

    /// What may stand in a hello of TLS 1.3. Some servers refuse a hello that names older ones beside them, so offer these alone.
    public static let tls13All: [NamedGroup] = known.filter { table[$0]?.isTLS13 ?? false }

    /// What may stand in a hello of older versions: curves for ECDHE, and the finite fields of RFC 7919, without which GnuTLS has no DHE.
    public static let tls12All: [NamedGroup] = known.filter { table[$0]?.isTLS12 ?? false }

    /// From its name in the registry in any case, or what OpenSSL and NIST call it: `X25519`, `prime256v1`, `P-256`.
    public init?(anyName name: String) {
        guard let group = Self.aliases[name.lowercased()] else { return nil }
        self = group
    }

    private static let table = NamedGroupTable.read()

    private static let byName: [String: NamedGroup] = {
        var names: [String: NamedGroup] = [:]
        for (group, attributes) in table { names[attributes.name] = group }
        return names
    }()

    private static let aliases: [String: NamedGroup] = {
        var names = [
            "prime256v1": secp256r1, "p-256": secp256r1, "p-384": secp384r1, "p-521": secp521r1,
            "prime192v1": NamedGroup(rawValue: 19), "p-192": NamedGroup(rawValue: 19), "p-224": NamedGroup(rawValue: 21),
        ]
        for (name, group) in byName { names[name.lowercased()] = group }
        return names
    }()
}
