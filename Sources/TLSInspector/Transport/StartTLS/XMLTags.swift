/// The tags of a stream of XML, one after the other: as much of XML as a talk before TLS needs.
///
/// Comments, processing instructions but the declaration, and document types are errors, as RFC 6120 §11.1 wants it.
struct XMLTags: Sendable {
    static let maximumTagByteCount = PreambleInput.maximumLineByteCount

    struct Tag: Sendable, Hashable {
        enum Kind: Sendable {
            case opening, closing, empty
        }

        let kind: Kind
        /// Without its prefix.
        let name: String
        /// All of it, between the angle brackets.
        let text: [UInt8]

        /// What an attribute says, character references as they stand.
        func attribute(_ wanted: String) -> String? {
            var rest = text.drop { !XMLTags.isSpace($0) }
            while true {
                rest = rest.drop(while: XMLTags.isSpace)
                let name = rest.prefix { $0 != UInt8(ascii: "=") && !XMLTags.isSpace($0) }
                guard !name.isEmpty else { return nil }
                rest = rest.dropFirst(name.count).drop(while: XMLTags.isSpace)
                guard rest.first == UInt8(ascii: "=") else { return nil }
                rest = rest.dropFirst().drop(while: XMLTags.isSpace)
                guard let quote = rest.first, XMLTags.isQuote(quote) else { return nil }
                let value = rest.dropFirst().prefix { $0 != quote }
                if Array(name) == Array(wanted.utf8) { return String(decoding: value, as: UTF8.self) }
                rest = rest.dropFirst(value.count + 2)
            }
        }
    }

    /// How far the tag at the head of the input has been looked through, and in which quotes that ends.
    private var searched = 0
    private var quote: UInt8?

    /// The next whole tag; text between tags is passed over.
    mutating func next(in input: inout PreambleInput) throws(PreambleFailure) -> Tag? {
        while true {
            if searched == 0 { _ = input.skip(input.pending.prefix { $0 != UInt8(ascii: "<") }.count) }
            guard let count = try length(of: input.pending), let bytes = input.take(count) else { return nil }
            searched = 0
            let text = Array(bytes[1..<(count - 1)])
            guard text.first != UInt8(ascii: "!") else { throw .malformed("the stream of XML", bytes) }
            if text.first == UInt8(ascii: "?") {
                guard text.starts(with: Array("?xml".utf8)) else { throw .malformed("the stream of XML", bytes) }
                continue
            }
            return try Self.tag(text)
        }
    }

    /// Up to the bracket that ends the tag, which does not stand in quotes.
    private mutating func length(of bytes: ArraySlice<UInt8>) throws(PreambleFailure) -> Int? {
        for (offset, byte) in bytes.dropFirst(searched).enumerated() {
            if byte == quote {
                quote = nil
            } else if quote == nil, Self.isQuote(byte) {
                quote = byte
            } else if quote == nil, byte == UInt8(ascii: ">") {
                let count = searched + offset + 1
                guard count <= Self.maximumTagByteCount else { throw Self.longTag }
                return count
            }
        }
        searched = bytes.count
        guard bytes.count <= Self.maximumTagByteCount else { throw Self.longTag }
        return nil
    }

    private static let longTag = PreambleFailure("the server sent a tag of more than \(maximumTagByteCount) bytes before TLS")

    private static func tag(_ text: [UInt8]) throws(PreambleFailure) -> Tag {
        let isClosing = text.first == UInt8(ascii: "/")
        let isEmpty = !isClosing && text.last == UInt8(ascii: "/")
        let qualified = text.dropFirst(isClosing ? 1 : 0).prefix { !isSpace($0) && $0 != UInt8(ascii: "/") }
        let name = qualified.split(separator: UInt8(ascii: ":"), maxSplits: 1).last ?? []
        guard !name.isEmpty else { throw .malformed("the stream of XML", text) }
        let kind: Tag.Kind = isClosing ? .closing : isEmpty ? .empty : .opening
        return Tag(kind: kind, name: String(decoding: name, as: UTF8.self), text: text)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }
}
