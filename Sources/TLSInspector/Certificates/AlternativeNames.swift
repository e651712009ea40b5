internal import OpenSSL

/// The names of a subjectAltName, by kind and as text.
struct AlternativeNames {
    private(set) var dns: [String] = []
    private(set) var ip: [String] = []
    private(set) var other: [String] = []

    init(_ names: [GeneralName]) {
        for name in names {
            switch name {
            case .dns(let text): dns.append(text)
            case .ip(let bytes):
                // Another length is no address (RFC 5280 §4.2.1.6); it must not look like one.
                if let text = IPAddressText.text(bytes) { ip.append(text) } else { other.append("IP:\(Hexadecimal.text(bytes))") }
            case .email(let text): other.append("email:\(text)")
            case .uri(let text): other.append("URI:\(text)")
            case .directory(let text): other.append("directory:\(text)")
            case .registeredID(let oid): other.append("registeredID:\(oid)")
            case .other(let oid): other.append("otherName:\(oid)")
            case .unusual: other.append("unusual")
            }
        }
    }
}
