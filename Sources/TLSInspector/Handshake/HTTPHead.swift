/// The head of an answer in HTTP/1, read from its bytes (RFC 9112 §2 to §5).
struct HTTPHead: Sendable, Hashable {
    /// Longer heads are not read.
    static let maximumByteCount = 32 << 10
    static let maximumFieldCount = 256
    /// What of a value is kept.
    static let maximumValueByteCount = 1 << 10

    var status: Int
    /// In their order, names in lower case. Values hold printable ASCII alone.
    var fields: [(name: String, value: String)]

    static func == (left: HTTPHead, right: HTTPHead) -> Bool {
        left.status == right.status && left.fields.elementsEqual(right.fields) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(status)
        for field in fields {
            hasher.combine(field.name)
            hasher.combine(field.value)
        }
    }

    /// Where the head ends, behind its empty line; nil as long as it is not whole.
    static func end(of bytes: [UInt8]) -> Int? {
        var lineStart = 0
        for (index, byte) in bytes.enumerated() where byte == 0x0A {
            let line = bytes[lineStart..<index]
            if lineStart > 0, line.isEmpty || line.elementsEqual([0x0D]) { return index + 1 }
            lineStart = index + 1
        }
        return nil
    }

    /// - Throws: `truncated` if the head is not whole, `oversized`, or `malformed` for what is no HTTP/1.
    init(_ bytes: [UInt8]) throws(WireError) {
        guard let end = Self.end(of: Array(bytes.prefix(Self.maximumByteCount))) else {
            throw bytes.count >= Self.maximumByteCount ? .oversized("the head of the answer") : .truncated("the head of the answer")
        }
        var lines = bytes[..<end].split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            line.last == 0x0D ? line.dropLast() : line
        }
        self.status = try Self.status(of: lines.removeFirst())
        self.fields = []
        for line in lines where !line.isEmpty {
            guard fields.count < Self.maximumFieldCount else { throw .oversized("the head of the answer") }
            // A line that continues the one before (obs-fold) is passed over, as is one without a name.
            guard line.first != 0x20, line.first != 0x09, let colon = line.firstIndex(of: 0x3A), colon > line.startIndex else { continue }
            fields.append((Self.printable(line[..<colon]).lowercased(), Self.printable(line[line.index(after: colon)...])))
        }
    }

    /// Of the first field of that name, in lower case: what a browser takes (RFC 6797 §8.1).
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    private static func status(of line: ArraySlice<UInt8>) throws(WireError) -> Int {
        let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].count == 8, parts[0].starts(with: "HTTP/1.".utf8), parts[1].count == 3,
            parts[1].allSatisfy({ (0x30...0x39).contains($0) }), let status = Int(printable(parts[1])), status >= 100
        else { throw .malformed("the answer to an HTTP request") }
        return status
    }

    private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        let kept = bytes.filter { (0x20...0x7E).contains($0) }
        let trimmed = kept.drop { $0 == 0x20 }
        let end = trimmed.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? trimmed.startIndex
        return String(decoding: trimmed[..<end].prefix(maximumValueByteCount), as: UTF8.self)
    }
}

extension HTTPFacts {
    init(_ head: HTTPHead) {
        self.init(
            status: head.status, strictTransportSecurity: head["strict-transport-security"], server: head["server"],
            location: head["location"].flatMap(Self.origin))
    }

    /// The scheme and host of an absolute reference (RFC 3986 §3), in lower case; nil for a relative one.
    static func origin(of reference: String) -> String? {
        guard let scheme = reference.firstRange(of: "://"), scheme.lowerBound > reference.startIndex else { return nil }
        let host = reference[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // What stands in front of an @ is no part of the host, and may be a secret.
        let name = host.split(separator: "@", omittingEmptySubsequences: false).last ?? host
        let word = reference[..<scheme.lowerBound]
        guard !name.isEmpty, word.allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) }) else { return nil }
        return "\(word)://\(name)".lowercased()
    }
}
