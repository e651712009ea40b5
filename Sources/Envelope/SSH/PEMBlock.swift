import OpenSSL

/// One block of textual encoding (RFC 7468): `-----BEGIN LABEL-----`, lines of base64, `-----END LABEL-----`.
///
/// Nothing but line ends and blanks may follow it. The digits are computed and not looked up, so that no access to memory depends on them.
struct PEMBlock: ~Copyable {
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)
    private static let maximumLabelByteCount = 64

    let label: String
    let content: SecretBytes

    /// - Throws: `malformedKey`.
    init(_ text: borrowing SecretBytes) throws(EnvelopeError) {
        let layout = try text.withBytes { text throws(EnvelopeError) in try Layout(text) }
        do {
            content = try unsafe SecretBytes(count: layout.digitCount * 3 / 4) { (output) throws(OpenSSLError) in
                unsafe text.withUnsafeBytes { unsafe Self.decode(UnsafeRawBufferPointer(rebasing: $0[layout.body]), into: output) }
            }
        } catch { throw EnvelopeError(error, while: "reading a PEM file") }
        label = layout.label
    }

    /// Where things are, which is no secret.
    private struct Layout {
        let label: String
        let body: Range<Int>
        /// Digits of base64 in the body.
        let digitCount: Int

        init(_ text: RawSpan) throws(EnvelopeError) {
            var lines = LineReader()
            guard let first = lines.next(in: text), let label = PEMBlock.label(text, first, PEMBlock.begin) else {
                throw PEMBlock.malformed("its first line is not -----BEGIN …-----")
            }
            self.label = label
            let start = lines.position
            var digitCount = 0
            var padCount = 0
            var unusedBits: UInt8 = 0
            while let line = lines.next(in: text) {
                if PEMBlock.label(text, line, PEMBlock.end) != nil {
                    guard PEMBlock.label(text, line, PEMBlock.end) == label else { throw PEMBlock.malformed("it ends as another block") }
                    guard lines.isBlank(after: text) else { throw PEMBlock.malformed("something follows the key") }
                    // The last digit of a group that is not full holds bits that no byte needs.
                    let isWhole = (digitCount + padCount).isMultiple(of: 4) && padCount <= 2 && !(padCount == 0 && digitCount % 4 != 0)
                    let mask: UInt8 = padCount == 0 ? 0 : padCount == 1 ? 0b11 : 0b1111
                    guard isWhole, unusedBits & mask == 0 else { throw PEMBlock.malformed("its base64 is not well formed") }
                    body = start..<line.lowerBound
                    self.digitCount = digitCount
                    return
                }
                guard !line.contains(where: { LineReader.byte(text, $0) == UInt8(ascii: ":") }) else { throw PEMBlock.hasHeaders }
                for index in line {
                    let byte = LineReader.byte(text, index)
                    let value = PEMBlock.value(byte)
                    if byte == UInt8(ascii: "=") {
                        padCount += 1
                    } else {
                        guard value >= 0, padCount == 0 else { throw PEMBlock.malformed("it holds a character that is not base64") }
                        digitCount += 1
                        unusedBits = UInt8(truncatingIfNeeded: value)
                    }
                }
            }
            throw PEMBlock.malformed("it has no end")
        }
    }

    private static func label(_ text: RawSpan, _ line: Range<Int>, _ front: [UInt8]) -> String? {
        let bytes = line.prefix(front.count + maximumLabelByteCount + dashes.count).map { LineReader.byte(text, $0) }
        guard bytes.count == line.count, bytes.starts(with: front), bytes.suffix(dashes.count) == dashes[...] else { return nil }
        let label = bytes.dropFirst(front.count).dropLast(dashes.count)
        guard label.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        return String(decoding: label, as: UTF8.self)
    }

    private static func decode(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        var group: UInt32 = 0
        var bitCount: UInt32 = 0
        var count = 0
        for index in 0..<text.count {
            let value = unsafe value(text[index])
            if value < 0 { continue }
            group = (group << 6 | UInt32(value)) & 0x3FFF
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            unsafe output[count] = UInt8(truncatingIfNeeded: group >> bitCount)
            count += 1
        }
    }

    /// The value of a digit, negative for another character. Each line adds its value, plus one, if the character is in its range.
    private static func value(_ character: UInt8) -> Int32 {
        let c = Int32(character)
        var value: Int32 = -1
        value += (((64 - c) & (c - 91)) >> 8) & (c - 64)
        value += (((96 - c) & (c - 123)) >> 8) & (c - 70)
        value += (((47 - c) & (c - 58)) >> 8) & (c + 5)
        value += (((42 - c) & (c - 44)) >> 8) & 63
        value += (((46 - c) & (c - 48)) >> 8) & 64
        return value
    }

    private static func malformed(_ reason: String) -> EnvelopeError { .malformedSSHKey(reason) }

    /// RFC 1421's headers, which today only encrypted keys in OpenSSL's old form have.
    private static let hasHeaders = EnvelopeError(
        .malformedKey, "the key is encrypted in an old form that is not read: rewrite it with ssh-keygen -p -f FILE, which keeps the key")
}

/// The lines of a text, all of them.
private struct LineReader {
    /// Where the next line begins.
    private(set) var position = 0

    /// Where the next line is, without its end and blanks in front of that; nil at the end of the text.
    mutating func next(in text: RawSpan) -> Range<Int>? {
        guard position < text.byteCount else { return nil }
        let start = position
        var end = start
        while end < text.byteCount, Self.byte(text, end) != 0x0A { end += 1 }
        position = end + 1
        while end > start, Self.isBlank(Self.byte(text, end - 1)) { end -= 1 }
        return start..<end
    }

    func isBlank(after text: RawSpan) -> Bool {
        (min(position, text.byteCount)..<text.byteCount).allSatisfy { Self.byte(text, $0) == 0x0A || Self.isBlank(Self.byte(text, $0)) }
    }

    static func byte(_ text: RawSpan, _ index: Int) -> UInt8 {
        // Sound: every bit pattern is a UInt8, and the load checks its bounds.
        unsafe text.unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x20 || byte == 0x09 }
}
