/// Lines of GNU and BSD, as `split_3` of coreutils 9.1 (digest.c) reads them. It goes on behind a zero byte where this refuses the line.
extension ChecksumListParser {
    /// More than any name of a function has.
    private static let maximumTagByteCount = 32

    mutating func parseText(_ line: [UInt8]) throws(MalformedListLine) -> ListedFile? {
        var rest = line[...]
        if !isZeroTerminated {
            if rest.first == UInt8(ascii: "#") { return nil }
            if rest.last == ListEscapes.carriageReturn { rest.removeLast() }
        }
        guard !rest.isEmpty else { return nil }
        guard !rest.contains(0) else { throw malformed("has a zero byte in it") }
        rest = rest.drop(while: Self.isBlank)
        let isEscaped = !isZeroTerminated && rest.first == ListEscapes.backslash
        if isEscaped { rest.removeFirst() }
        if let file = try tagged(rest, isEscaped: isEscaped) {
            format = format ?? .bsd
            return file
        }
        let file = try untagged(rest, isEscaped: isEscaped)
        format = format ?? .gnu
        return file
    }

    /// `SHA256 (NAME) = HASH`, or `SHA2-256(NAME)= HASH` of OpenSSL. The name ends at the last parenthesis.
    /// - Returns: nil for a line without a tag.
    private func tagged(_ line: ArraySlice<UInt8>, isEscaped: Bool) throws(MalformedListLine) -> ListedFile? {
        let tag = line.prefix(while: Self.isTagByte)
        var rest = line[tag.endIndex...]
        if rest.first == UInt8(ascii: " ") { rest.removeFirst() }
        guard rest.first == UInt8(ascii: "("), (1...Self.maximumTagByteCount).contains(tag.count), !isHash(tag) else { return nil }
        rest.removeFirst()
        guard let end = rest.lastIndex(of: UInt8(ascii: ")")) else { throw malformed("has no parenthesis that ends the name") }
        let equals = rest[(end + 1)...].drop(while: Self.isBlank)
        guard equals.first == UInt8(ascii: "=") else { throw malformed("has no equals sign behind the name") }
        let name = String(decoding: tag, as: UTF8.self)
        guard let function = ChecksumFunction(name: name) else { throw malformed("has a checksum that is not known here: \(name)") }
        guard isAllowed(function) else { throw malformed("has another checksum than the one that was asked for: \(name)") }
        let digits = equals.dropFirst().drop(while: Self.isBlank)
        guard let hash = [UInt8](hexadecimal: digits), hash.count == function.byteCount else {
            throw malformed("does not have the \(2 * function.byteCount) hexadecimal digits of \(name)")
        }
        return ListedFile(path: try path(rest[..<end], isEscaped), checksums: [ContentChecksum(function, bytes: hash)])
    }

    /// `HASH  NAME`, `HASH *NAME`, or `HASH NAME` of `md5 -r`.
    private mutating func untagged(_ line: ArraySlice<UInt8>, isEscaped: Bool) throws(MalformedListLine) -> ListedFile {
        let digits = line.prefix { !Self.isBlank($0) }
        guard let hash = [UInt8](hexadecimal: digits), !hash.isEmpty else { throw malformed("does not begin with a checksum") }
        var name = line[digits.endIndex...].dropFirst()
        guard !name.isEmpty else { throw malformed("has no name behind the checksum") }
        let function = try function(byteCount: hash.count)
        if name.count == 1 || (name.first != UInt8(ascii: " ") && name.first != UInt8(ascii: "*")) {
            guard isReversed != false else { throw malformed("has one blank before the name, where lines before it had two") }
            isReversed = true
        } else if isReversed != true {
            isReversed = false
            name.removeFirst()
        }
        return ListedFile(path: try path(name, isEscaped), checksums: [ContentChecksum(function, bytes: hash)])
    }

    private func path(_ text: ArraySlice<UInt8>, _ isEscaped: Bool) throws(MalformedListLine) -> [UInt8] {
        guard isEscaped else { return Array(text) }
        guard let path = ListEscapes.unescape(text) else { throw malformed("has a backslash in the name that begins no known escape") }
        return path
    }

    /// The function of a line that does not name it.
    private func function(byteCount: Int) throws(MalformedListLine) -> ChecksumFunction {
        // CRCs have tags, unless somebody asks for one.
        let candidates = ChecksumFunction.allCases.filter {
            $0.byteCount == byteCount && (functions.isEmpty ? $0.digest != nil : functions.contains($0))
        }
        if candidates == [.sha512, .blake2b] { return prefersBLAKE2b ? .blake2b : .sha512 }
        guard let function = candidates.first else {
            throw malformed("has a checksum of \(2 * byteCount) hexadecimal digits, which is none that was asked for or is known here")
        }
        guard candidates.count == 1 else { throw malformed("does not say which of \(candidates.map(\.rawValue)) its checksum is") }
        return function
    }

    /// Whether this is what a line without a tag begins with.
    private func isHash(_ text: ArraySlice<UInt8>) -> Bool {
        text.count >= 2 * ChecksumFunction.crc32.byteCount && [UInt8](hexadecimal: text) != nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
