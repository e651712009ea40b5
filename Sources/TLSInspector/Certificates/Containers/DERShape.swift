/// What an ASN.1 object seems to be, by the tags of its first elements. Whether it is, the reader of that kind finds out.
enum DERShape: Hashable {
    case certificate, request, revocationList
    /// PKCS#7 and CMS begin with the OID of their content.
    case contentInfo
    /// PKCS#12 begins with its version 3 (RFC 7292 §4).
    case pfx
    case privateKey(String)
    case unknown

    init(_ bytes: [UInt8]) {
        var outer = Elements(bytes[...])
        guard let sequence = outer.next(), sequence.tag == 0x30 else {
            self = .unknown
            return
        }
        var elements = Elements(sequence.content)
        let (first, second) = (elements.next(), elements.next())
        switch (first?.tag, second?.tag) {
        case (0x06, _): self = .contentInfo
        case (0x02, 0x30) where first?.content.elementsEqual([3]) == true: self = .pfx
        case (0x02, 0x30): self = .privateKey("PRIVATE KEY")
        case (0x02, 0x02): self = .privateKey("RSA PRIVATE KEY")
        case (0x02, 0x04): self = .privateKey("EC PRIVATE KEY")
        case (0x30, 0x04): self = .privateKey("ENCRYPTED PRIVATE KEY")
        case (0x30, 0x30): self = Self.signed(first?.content ?? [])
        default: self = .unknown
        }
    }

    /// Of SIGNED{} (RFC 5280 §4.1, RFC 2986 §4.2, RFC 5280 §5.1), by what is signed.
    private static func signed(_ body: ArraySlice<UInt8>) -> DERShape {
        var elements = Elements(body)
        var tags: [UInt8] = []
        while tags.count < 5, let element = elements.next() { tags.append(element.tag) }
        guard let first = tags.first else { return .unknown }
        if first == 0xA0 { return .certificate }
        let rest = tags.dropFirst()
        // A list: version?, signature, issuer, thisUpdate. A request: version, subject, key, attributes. The others are certificates of
        // version 1: serial number, signature, issuer, validity, subject.
        let isTime: (UInt8) -> Bool = { $0 == 0x17 || $0 == 0x18 }
        if first == 0x30, tags.count >= 3, isTime(tags[2]) { return .revocationList }
        if first == 0x02, tags.count >= 4, isTime(tags[3]) { return .revocationList }
        if first == 0x02, tags.count >= 5, rest.allSatisfy({ $0 == 0x30 }) { return .certificate }
        if first == 0x02, tags.count >= 3, tags[1] == 0x30, tags[2] == 0x30 { return .request }
        return .unknown
    }

    /// Tags and contents one after the other. Of indefinite length (BER) the content is all that follows.
    private struct Elements {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

        mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
            guard let tag = rest.popFirst(), tag & 0x1F != 0x1F, let first = rest.popFirst() else { return nil }
            var count = Int(first)
            if first == 0x80 { count = rest.count }
            if first > 0x80 {
                let digits = Int(first & 0x7F)
                guard digits <= 4, rest.count >= digits else { return nil }
                count = rest.prefix(digits).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(digits)
            }
            guard count <= rest.count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return (tag, rest.prefix(count))
        }
    }
}
