internal import Glibc

/// Why a name gave no address.
public enum ResolutionFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name server says that there is no such name.
    case nameNotFound(String)
    /// The name exists, or may, without an address of the family asked for.
    case noAddressOfFamily(String, ScanOptions.AddressFamily)
    /// It is not known whether the name exists.
    case resolverFailed(String, String)
    case timedOut(String, milliseconds: Int)
    /// Neither a name nor an address.
    case malformed(String)

    /// EAI_NODATA and EAI_ADDRFAMILY of glibc, which its header shows to GNU sources only.
    private static let noData: Int32 = -5
    private static let noFamily: Int32 = -9

    init(_ status: Int32, errno: Int32, name: String, family: ScanOptions.AddressFamily) {
        switch status {
        // With one family asked for, a resolver says this too of a name that has addresses of the other one.
        case EAI_NONAME where family != .any: self = .noAddressOfFamily(name, family)
        case EAI_NONAME: self = .nameNotFound(name)
        case Self.noData, Self.noFamily: self = .noAddressOfFamily(name, family)
        case EAI_SYSTEM: self = .resolverFailed(name, "system error \(errno)")
        case EAI_AGAIN: self = .resolverFailed(name, "the name server does not answer")
        default: self = .resolverFailed(name, "the resolver's error \(status)")
        }
    }

    public var description: String {
        switch self {
        case .nameNotFound(let name): "the name \(Self.shown(name)) does not exist"
        case .noAddressOfFamily(let name, .any): "the name \(Self.shown(name)) has no address"
        case .noAddressOfFamily(let name, .ipv4): "the name \(Self.shown(name)) has no IPv4 address"
        case .noAddressOfFamily(let name, .ipv6): "the name \(Self.shown(name)) has no IPv6 address"
        case .resolverFailed(let name, let reason): "the name \(Self.shown(name)) could not be looked up (\(reason)); try again"
        case .timedOut(let name, let milliseconds):
            "the name \(Self.shown(name)) could not be looked up within \(milliseconds) ms; try again"
        case .malformed(let name):
            "\(Self.shown(name)) is neither a name in ASCII nor a whole address; write an address with all its numbers"
        }
    }

    /// For a report: what a scan of this host ends with.
    public var undecided: Undecided {
        switch self {
        case .timedOut: Undecided(.timedOut, description)
        case .nameNotFound, .noAddressOfFamily, .resolverFailed, .malformed: Undecided(.unreachable, description)
        }
    }

    private static func shown(_ name: String) -> String { PeerText.shown(name.utf8) }
}
