internal import NIOCore

/// One address of a host with a port, as the system's resolver gave it.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    public enum Family: Int, Sendable, Hashable, Comparable {
        case ipv4, ipv6

        public static func < (left: Family, right: Family) -> Bool { left.rawValue < right.rawValue }
    }

    public let family: Family
    /// `192.0.2.1`, `2001:db8::1`, `fe80::1%eth0`
    public let text: String
    public let port: UInt16
    /// 4 or 16 bytes, for the order.
    let bytes: [UInt8]
    let socketAddress: SocketAddress

    /// `192.0.2.1:443`, `[2001:db8::1]:443`
    public var description: String { family == .ipv6 ? "[\(text)]:\(port)" : "\(text):\(port)" }

    init(family: Family, text: String, port: UInt16, bytes: [UInt8], socketAddress: SocketAddress) {
        self.family = family
        self.text = text
        self.port = port
        self.bytes = bytes
        self.socketAddress = socketAddress
    }

    public static func == (left: NetworkAddress, right: NetworkAddress) -> Bool {
        left.family == right.family && left.bytes == right.bytes && left.port == right.port && left.text == right.text
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(family)
        hasher.combine(bytes)
        hasher.combine(port)
        hasher.combine(text)
    }
}

extension NetworkAddress: Comparable {
    /// IPv4 before IPv6, then by value: the same order in every scan, whatever order the name server answers in.
    public static func < (left: NetworkAddress, right: NetworkAddress) -> Bool {
        if left.family != right.family { return left.family < right.family }
        if left.bytes != right.bytes { return left.bytes.lexicographicallyPrecedes(right.bytes) }
        return (left.text, left.port) < (right.text, right.port)
    }
}
