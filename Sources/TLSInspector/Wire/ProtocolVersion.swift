/// A version of SSL or TLS, by the number that stands on the wire (RFC 8446 §4.1.2; SSLv2 as in its CLIENT-HELLO).
public enum ProtocolVersion: UInt16, Sendable, Hashable, CaseIterable, Comparable {
    case ssl2 = 0x0002
    case ssl3 = 0x0300
    case tls10 = 0x0301
    case tls11 = 0x0302
    case tls12 = 0x0303
    case tls13 = 0x0304

    public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rawValue < right.rawValue }

    /// As tools of the field write it: `SSLv3`, `TLSv1.2`.
    public var name: String {
        switch self {
        case .ssl2: "SSLv2"
        case .ssl3: "SSLv3"
        case .tls10: "TLSv1.0"
        case .tls11: "TLSv1.1"
        case .tls12: "TLSv1.2"
        case .tls13: "TLSv1.3"
        }
    }

    public init?(name: String) {
        guard let version = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = version
    }
}

extension ProtocolVersion: CustomStringConvertible, Codable {
    public var description: String { name }

    public init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let version = ProtocolVersion(name: name) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no version of TLS is called \"\(name)\""))
        }
        self = version
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
