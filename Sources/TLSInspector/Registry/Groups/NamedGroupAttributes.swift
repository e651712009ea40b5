/// What is known about a group.
public struct NamedGroupAttributes: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case ellipticCurve = "ec"
        case finiteField = "ff"
        /// A classical exchange and a post-quantum one, both of which have to be broken.
        case hybrid
        /// A post-quantum exchange alone.
        case pureKEM = "kem"
        /// With a post-quantum part that was never standardized: Kyber before FIPS 203, NTRU-HRSS. Servers should have left it behind.
        case draft
    }

    /// IANA's name.
    public var name: String
    public var kind: Kind
    /// Of the field, which is what people call the size of a curve or of a prime; nil where there is none or it is not fixed.
    public var fieldBits: Int?
    /// Bits of strength as NIST SP 800-57 part 1 and SP 800-56A appendix D count it; of post-quantum groups that of AES in their category.
    /// 0 where it is not fixed.
    public var strength: Int
    /// May be negotiated in TLS 1.3 (RFC 8446 §4.2.7).
    public var isTLS13: Bool
    /// May be negotiated in TLS 1.2 and lower.
    public var isTLS12: Bool

    public var isPostQuantum: Bool {
        switch kind {
        case .hybrid, .pureKEM, .draft: true
        case .ellipticCurve, .finiteField: false
        }
    }

    /// For people: `secp256r1 (P-256)`.
    public var displayName: String {
        switch name {
        case "secp192r1": "secp192r1 (P-192)"
        case "secp224r1": "secp224r1 (P-224)"
        case "secp256r1": "secp256r1 (P-256)"
        case "secp384r1": "secp384r1 (P-384)"
        case "secp521r1": "secp521r1 (P-521)"
        default: name
        }
    }
}
