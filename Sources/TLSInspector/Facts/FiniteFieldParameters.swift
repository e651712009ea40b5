/// The group of a DHE suite.
public struct FiniteFieldParameters: Sendable, Hashable, Codable {
    public enum Origin: String, Sendable, Hashable, Codable {
        /// A group of RFC 7919, RFC 3526, RFC 2409, RFC 5114.
        case standard
        /// A group that is known because a product ships it to everybody.
        case common
        /// Not known: made for this server, as far as we can tell.
        case own
    }

    public var bits: Int
    public var origin: Origin
    /// Where it is from: `ffdhe2048`, `MODP-1024 (Oakley 2)`. Nil for own groups.
    public var name: String?
    public var isPrime: Bool
    /// Whether (p-1)/2 is prime too.
    public var isSafePrime: Bool
    public var generator: String
    /// SHA-256 of the modulus, in hexadecimal.
    public var fingerprint: String
    /// Offered only to suites for export.
    public var isExport: Bool
}
