/// An IP address as text, in the one spelling by which two of them can be compared.
public struct AddressLiteral: Sendable, Hashable, CustomStringConvertible {
    /// Four or sixteen bytes.
    public let bytes: [UInt8]

    /// Reads `192.0.2.1` (four decimal numbers, nothing shorter, no leading zeros, which some read as octal), or RFC 4291 §2.2 without
    /// brackets and zone.
    public init?(_ text: String) {
        if let bytes = Self.ipv4(text[...]) {
            self.bytes = bytes
        } else if let bytes = Self.ipv6(text) {
            self.bytes = bytes
        } else {
            return nil
        }
    }

    public var isIPv6: Bool { bytes.count == 16 }

    /// RFC 5952: lower case, no leading zeros, the first longest run of two zero groups or more is `::`.
    public var description: String {
        guard isIPv6 else { return bytes.map { "\($0)" }.joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let texts = groups.map { String($0, radix: 16) }
        guard let run = Self.longestZeroRun(groups) else { return texts.joined(separator: ":") }
        return texts[..<run.lowerBound].joined(separator: ":") + "::" + texts[run.upperBound...].joined(separator: ":")
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var longest = 0..<0
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > longest.count { longest = start..<index }
            start = index + 1
        }
        return longest.count >= 2 ? longest : nil
    }

    private static func ipv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let numbers = parts.compactMap { part -> UInt8? in
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part == "0" || !part.hasPrefix("0") else { return nil }
            return UInt8(part)
        }
        return numbers.count == 4 ? numbers : nil
    }

    private static func ipv6(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45, text.contains(":") else { return nil }
        guard let gap = text.range(of: "::") else {
            let bytes = groups(text[...], isEnd: true)
            return bytes?.count == 16 ? bytes : nil
        }
        guard text[gap.upperBound...].range(of: "::") == nil, let head = groups(text[..<gap.lowerBound], isEnd: false),
            let tail = groups(text[gap.upperBound...], isEnd: true), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Groups of hexadecimal digits, of which the last of all may be an IPv4 address.
    private static func groups(_ text: Substring, isEnd: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if isEnd, index == parts.count - 1, part.contains("."), let last = ipv4(part) {
                bytes += last
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }
}

extension StringProtocol {
    fileprivate func range(of text: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
    }
}
