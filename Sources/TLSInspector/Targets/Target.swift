/// One endpoint as people write it.
///
///     example.com   example.com:8443   [2001:db8::1]:443   2001:db8::1   https://example.com/path   smtp://mx.example.com:587
public struct Target: Sendable, Hashable {
    public let endpoint: Endpoint

    /// The longest name that DNS has (RFC 1035 §2.3.4).
    private static let maximumNameLength = 253

    /// - Parameter defaults: for what the text does not say.
    public init(_ text: String, defaults: TargetDefaults = TargetDefaults()) throws(TargetError) {
        try self.init(text, startTLS: nil, serverName: nil, defaults: defaults)
    }

    /// - Parameters:
    ///   - startTLS: instead of the default's; a scheme may not contradict it.
    ///   - serverName: instead of the default's.
    init(
        _ text: String, startTLS: StartTLSProtocol?, serverName: TargetDefaults.ServerName?, defaults: TargetDefaults
    ) throws(TargetError) {
        var (rest, scheme) = (text[...], TargetScheme?.none)
        if let separator = Self.schemeEnd(text) {
            let name = text[..<separator.lowerBound].lowercased()
            guard let known = TargetScheme(name) else {
                throw TargetError(.unsupported, "\"\(text)\": \"\(name)\" is no protocol that is known here")
            }
            guard startTLS == nil || startTLS == known.startTLS else {
                throw TargetError(.malformed, "\"\(text)\" and starttls=\(startTLS?.rawValue ?? "") contradict each other")
            }
            scheme = known
            rest = text[separator.upperBound...].prefix { !"/?#".contains($0) }
        }
        guard !rest.contains("@") else { throw TargetError(.malformed, "\"\(text)\" has a user name in it; name the host alone") }
        guard !rest.contains("/") else { throw Self.slash(text) }
        let (host, port) = try Self.split(rest, text)
        let begun = scheme.map(\.startTLS) ?? startTLS ?? defaults.startTLS
        let name = try Self.host(host, text)
        let defaultPort = scheme?.port ?? begun.map(TargetScheme.port) ?? 443
        endpoint = Endpoint(
            host: name, port: port ?? defaultPort, startTLS: begun, serverName: try Self.sni(serverName ?? defaults.serverName, name))
    }

    private static func schemeEnd(_ text: String) -> Range<String.Index>? {
        text.indices.first { text[$0...].hasPrefix("://") }.map { $0..<text.index($0, offsetBy: 3) }
    }

    /// Ranges of addresses hold hosts that nobody named.
    private static func slash(_ text: String) -> TargetError {
        let parts = text.split(separator: "/", maxSplits: 1)
        let first = String(parts.first ?? "").filter { !"[]".contains($0) }
        guard AddressLiteral(first) != nil else {
            return TargetError(.malformed, "\"\(text)\" has a path; write https:// before it, or leave it away")
        }
        return TargetError(.unsupported, "\"\(text)\" is a range of addresses; name each host that may be scanned")
    }

    /// Host and port, without brackets.
    private static func split(_ rest: Substring, _ text: String) throws(TargetError) -> (host: Substring, port: UInt16?) {
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { throw TargetError(.malformed, "\"\(text)\" has no closing bracket") }
            let host = rest[rest.index(after: rest.startIndex)..<end]
            guard AddressLiteral(String(host))?.isIPv6 == true else { throw notAnAddress(host) }
            let behind = rest[rest.index(after: end)...]
            guard !behind.isEmpty else { return (host, nil) }
            guard behind.hasPrefix(":") else {
                throw TargetError(.malformed, "\"\(text)\" has something other than a port behind its bracket")
            }
            return (host, try port(behind.dropFirst(), text))
        }
        guard let colon = rest.firstIndex(of: ":") else { return (rest, nil) }
        // More than one: an address without brackets, whose last group is no port.
        guard rest[rest.index(after: colon)...].contains(":") else {
            return (rest[..<colon], try port(rest[rest.index(after: colon)...], text))
        }
        return (rest, nil)
    }

    private static func port(_ digits: Substring, _ text: String) throws(TargetError) -> UInt16 {
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits),
            port > 0
        else { throw TargetError(.malformed, "\"\(text)\" has no port from 1 to 65535 behind its colon") }
        return port
    }

    private static func notAnAddress(_ text: Substring) -> TargetError {
        let zone = text.contains("%") ? "; an address with a zone cannot be scanned" : ""
        return TargetError(zone.isEmpty ? .malformed : .unsupported, "\"\(text)\" is no IPv6 address\(zone)")
    }

    /// A name in lower case without a full stop, or an address in the one spelling that it has.
    private static func host(_ host: Substring, _ text: String) throws(TargetError) -> String {
        if let address = AddressLiteral(String(host)) { return address.description }
        guard !host.contains(":") else { throw notAnAddress(host) }
        let name = (host.hasSuffix(".") ? host.dropLast() : host).lowercased()
        guard !name.isEmpty else { throw TargetError(.malformed, "\"\(text)\" names no host") }
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else {
            let advice = ASCIIName.of(name).map { "it is probably \"\($0)\"" } ?? "its labels begin with xn--"
            throw TargetError(.unsupported, "\"\(name)\" is not in ASCII; write the name as it is in DNS: \(advice)")
        }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= maximumNameLength, labels.allSatisfy(isLabel) else {
            throw TargetError(.malformed, "\"\(name)\" is no name of a host")
        }
        // Others read 127.1 and 0x7f000001 as addresses; what is scanned must be what was written.
        guard let last = labels.last, !last.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !last.hasPrefix("0x") else {
            throw TargetError(.malformed, "\"\(name)\" looks like an address and is none; write four numbers from 0 to 255")
        }
        return name
    }

    /// RFC 952 and RFC 1123 §2.1, and the underscore that is met in practice.
    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
    }

    private static func sni(_ choice: TargetDefaults.ServerName, _ host: String) throws(TargetError) -> String? {
        switch choice {
        case .omitted: return nil
        case .host: return AddressLiteral(host) == nil ? host : nil
        case .name(let text):
            let name = try self.host(text[...], text)
            guard AddressLiteral(name) == nil else { throw TargetError(.malformed, "\"\(text)\" is an address, which SNI cannot say") }
            return name
        }
    }
}
