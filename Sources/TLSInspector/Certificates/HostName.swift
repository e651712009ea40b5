/// The name under which a server is reached, and whether a certificate is for it (RFC 9525 §6).
///
/// Only subjectAltName counts. The common name is looked at by ``isCommonName(_:)`` to say why a client refuses.
public struct HostName: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        /// Lower case, without the dot at the end.
        case labels([String])
        case address([UInt8])
    }

    let form: Form

    /// - Parameter text: a DNS name in ASCII, with or without the last dot, or an IP address without brackets.
    /// - Throws: `malformed` for anything else, also for names that are not in ASCII.
    public init(_ text: String) throws(CertificateError) {
        if let address = IPAddressText.bytes(text) {
            form = .address(address)
            return
        }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw .malformed("the host name \"\(text)\" is not ASCII (write its labels as xn--…)")
        }
        guard let labels = Self.labels(text.hasSuffix(".") ? text.dropLast() : Substring(text)) else {
            throw .malformed("\"\(text)\" is no host name")
        }
        form = .labels(labels)
    }

    /// Whether one of the names is this one.
    public func matches(dnsNames: [String], ipAddresses: [String]) -> Bool {
        switch form {
        case .address(let bytes): ipAddresses.contains { IPAddressText.bytes($0) == bytes }
        case .labels(let host): dnsNames.contains { Self.matches(host, pattern: $0) }
        }
    }

    /// Whether clients that still look at the common name would take it for this host.
    public func isCommonName(_ name: String) -> Bool {
        switch form {
        case .address(let bytes): IPAddressText.bytes(name) == bytes
        case .labels(let host): Self.matches(host, pattern: name)
        }
    }

    /// Whether a DNS name in a certificate has an asterisk that no client honours: not alone in the first label, or above fewer than two
    /// labels (RFC 9525 §6.3; the last by the custom of browsers).
    public static func isBadWildcard(_ name: String) -> Bool {
        guard name.contains("*") else { return false }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return labels[0] != "*" || labels.count < 3 || labels.dropFirst().contains { $0.contains("*") }
    }

    private static func matches(_ host: [String], pattern: String) -> Bool {
        guard !isBadWildcard(pattern) else { return false }
        let labels = pattern.split(separator: ".", omittingEmptySubsequences: false).map { lowercased($0) }
        guard labels.count == host.count else { return false }
        if labels[0] == "*" { return labels.dropFirst().elementsEqual(host.dropFirst()) }
        return labels == host
    }

    /// Labels of 1 to 63 bytes, 253 in all (RFC 1035 §2.3.4). Nil if they are not, or could be read as an address.
    private static func labels(_ text: Substring) -> [String]? {
        guard (1...253).contains(text.utf8.count) else { return nil }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false).map { lowercased($0) }
        let isWellFormed = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.allSatisfy(isLetterOfLabel)
        }
        guard isWellFormed, let last = labels.last else { return nil }
        return last.utf8.allSatisfy { (0x30...0x39).contains($0) } ? nil : labels
    }

    /// Letters, digits, the hyphen, and the underscore that service names use.
    private static func isLetterOfLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// ASCII letters only: other scripts must not be folded into ASCII (the Kelvin sign is no k).
    private static func lowercased(_ text: Substring) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
