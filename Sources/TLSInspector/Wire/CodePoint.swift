/// A number of one of IANA's TLS registries, which has a name there or is unknown to us.
///
/// In JSON it is its name, or `0x1A2B` where it has none, so that a reader needs no table and nothing is lost.
public protocol CodePoint: RawRepresentable<UInt16>, Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    init(rawValue: UInt16)
    /// The name in IANA's registry. Nil for numbers that are not in our table.
    var registeredName: String? { get }
    init?(registeredName: String)
}

extension CodePoint {
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The registered name, or the number.
    public var name: String { registeredName ?? hexadecimal }

    /// `0x00FF`
    public var hexadecimal: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// From either of what ``name`` gives.
    public init?(name: String) {
        if let known = Self(registeredName: name) {
            self = known
        } else if name.hasPrefix("0x"), name.utf8.count == 6, let number = UInt16(name.dropFirst(2), radix: 16) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    public var description: String { name }

    public init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let point = Self(name: name) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "\"\(name)\" is not known"))
        }
        self = point
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
