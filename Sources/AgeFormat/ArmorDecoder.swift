/// Reads the text form of an age file, however it is cut into pieces, and gives the binary form.
///
/// Strict: both marker lines, no headers, no empty line, 64 columns in every line but the last, canonical base64 with its padding,
/// LF or CR LF, and nothing but white space before and behind. A text that is read this way is the one text of its bytes, save
/// for line ends and white space around it. It knows nothing of the age file inside.
public struct ArmorDecoder: Sendable {
    private enum State: Sendable {
        /// Before the first marker, after so many bytes of white space.
        case leading(whiteSpace: Int)
        /// In the first marker, of which so many bytes are read.
        case begin(Int)
        /// In a line of base64, or at its begin.
        case line
        /// In the last marker, of which so many bytes are read.
        case end(Int)
        /// Behind the last marker's line, after so many bytes of white space.
        case trailing(whiteSpace: Int)
    }

    /// Bytes of room that ``decode(_:into:)`` needs to get on: those of one line.
    public static let minimumOutputByteCount = Armor.bytesPerLine
    /// How many bytes of a file ``isArmored(_:)`` may want to see.
    public static let maximumPrefixByteCount = Armor.maximumWhiteSpaceByteCount + Armor.beginLine.count

    private var state = State.leading(whiteSpace: 0)
    /// What is read of the current line of base64, while it comes in pieces.
    private var line: [UInt8] = []
    /// White space before the first marker must be whole lines, as age has it: there is some on the current one.
    private var isIndented = false
    /// A carriage return was read, so that only a line feed may follow.
    private var hasCarriageReturn = false
    /// The last line of base64 was read: it was not full.
    private var isLastLineRead = false
    private var lineNumber = 1

    public init() {
        line.reserveCapacity(Armor.columnCount)
    }

    /// Whether a file that begins with these bytes is in text form: nil when more of them are needed to tell.
    ///
    /// At the end of a file nil means no. Only the marker is looked for; what is wrong with its line is the decoder's to say.
    public static func isArmored(_ firstBytes: RawSpan) -> Bool? {
        var start = 0
        while start < firstBytes.byteCount, Armor.isWhiteSpace(firstBytes.byte(at: start)) {
            start += 1
            guard start <= Armor.maximumWhiteSpaceByteCount else { return false }
        }
        for (index, byte) in Armor.beginLine.enumerated() {
            guard start + index < firstBytes.byteCount else { return nil }
            guard firstBytes.byte(at: start + index) == byte else { return false }
        }
        return true
    }

    /// Decodes the next piece of text.
    ///
    /// Stops at the end of `text`, or before a line that `output` has no room for. Bytes of `output` behind those produced may be overwritten.
    /// - Parameters:
    ///   - text: what follows the text consumed so far.
    ///   - output: room for at least ``minimumOutputByteCount`` bytes; does not overlap `text`.
    /// - Throws: `malformedArmor`, at the first byte that cannot stand where it does or, for what only a whole line shows, at its end.
    public mutating func decode(
        _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(AgeFormatError) -> (consumed: Int, produced: Int) {
        precondition(output.count >= Self.minimumOutputByteCount, "no room for a line of armor")
        var consumed = 0
        var produced = 0
        while consumed < text.count {
            if case .line = state, line.isEmpty, !isLastLineRead, !hasCarriageReturn {
                let full = unsafe decodeFullLines(
                    UnsafeRawBufferPointer(rebasing: text[consumed...]), into: UnsafeMutableRawBufferPointer(rebasing: output[produced...]))
                consumed += full.consumed
                produced += full.produced
                lineNumber += full.produced / Armor.bytesPerLine
                if consumed == text.count { break }
            }
            let byte = unsafe text[consumed]
            if byte == ASCII.lineFeed, case .line = state {
                let bytes = try endLine()
                guard bytes.count <= output.count - produced else { break }
                unsafe UnsafeMutableRawBufferPointer(rebasing: output[produced...]).copyBytes(from: bytes)
                produced += bytes.count
                beginLine(after: bytes)
            } else {
                try admit(byte)
            }
            consumed += 1
        }
        return (consumed, produced)
    }

    /// Must be called at the end of the text.
    /// - Throws: `truncated` when the last marker is missing.
    public func finish() throws(AgeFormatError) {
        switch state {
        case .end(let count) where count == Armor.endLine.count: return
        case .trailing: return
        case .leading, .begin, .line, .end:
            throw AgeFormatError(
                .truncated, "truncated age file: its text form ends in line \(lineNumber), without the last line (\"-----END …\")")
        }
    }

    // MARK: Byte by byte

    private mutating func admit(_ byte: UInt8) throws(AgeFormatError) {
        guard !hasCarriageReturn || byte == ASCII.lineFeed else { throw malformed("a carriage return within a line") }
        switch state {
        case .leading(let count):
            try admitLeading(byte, whiteSpace: count)
        case .begin(let count):
            if count == Armor.beginLine.count {
                try admitLineEnd(byte, after: "-----BEGIN …", next: .line)
            } else {
                guard byte == Armor.beginLine[count] else { throw notArmor }
                state = .begin(count + 1)
            }
        case .line:
            try admitInLine(byte)
        case .end(let count):
            if count == Armor.endLine.count {
                try admitLineEnd(byte, after: "-----END …", next: .trailing(whiteSpace: 0))
            } else {
                guard byte == Armor.endLine[count] else { throw malformed("neither base64 nor \"-----END AGE ENCRYPTED FILE-----\"") }
                state = .end(count + 1)
            }
        case .trailing(let count):
            guard Armor.isWhiteSpace(byte) else { throw malformed("\(ASCII.name(of: byte)) behind the last line") }
            guard count < Armor.maximumWhiteSpaceByteCount else { throw tooMuchWhiteSpace("behind its last") }
            if byte == ASCII.lineFeed { lineNumber += 1 }
            state = .trailing(whiteSpace: count + 1)
        }
    }

    private mutating func admitLeading(_ byte: UInt8, whiteSpace count: Int) throws(AgeFormatError) {
        guard Armor.isWhiteSpace(byte) else {
            guard byte == Armor.beginLine[0], !isIndented else { throw notArmor }
            state = .begin(1)
            return
        }
        guard count < Armor.maximumWhiteSpaceByteCount else { throw tooMuchWhiteSpace("before its first") }
        isIndented = byte != ASCII.lineFeed
        if byte == ASCII.lineFeed { lineNumber += 1 }
        state = .leading(whiteSpace: count + 1)
    }

    private mutating func admitLineEnd(_ byte: UInt8, after marker: String, next: State) throws(AgeFormatError) {
        switch byte {
        case ASCII.carriageReturn: hasCarriageReturn = true
        case ASCII.lineFeed:
            hasCarriageReturn = false
            lineNumber += 1
            state = next
        default: throw malformed("\(ASCII.name(of: byte)) behind \"\(marker)\"")
        }
    }

    /// Anything but the line feed.
    private mutating func admitInLine(_ byte: UInt8) throws(AgeFormatError) {
        switch byte {
        case ASCII.carriageReturn:
            hasCarriageReturn = true
        case ASCII.dash where line.isEmpty:
            state = .end(1)
        default:
            guard Base64.isDigit(byte) || byte == Base64.pad else { throw malformed("\(ASCII.name(of: byte)) in the base64") }
            guard !isLastLineRead else { throw malformed("more base64 behind a line of less than \(Armor.columnCount) columns") }
            guard line.count < Armor.columnCount else { throw malformed("more than \(Armor.columnCount) columns") }
            line.append(byte)
        }
    }

    private func endLine() throws(AgeFormatError) -> [UInt8] {
        guard !line.isEmpty else { throw malformed("an empty line") }
        do throws(Base64Error) {
            return try Base64.decode(line[...], padding: .required)
        } catch {
            throw malformed("\(error)")
        }
    }

    private mutating func beginLine(after bytes: [UInt8]) {
        isLastLineRead = bytes.count < Armor.bytesPerLine
        hasCarriageReturn = false
        line.removeAll(keepingCapacity: true)
        lineNumber += 1
    }

    // MARK: Line by line

    /// Decodes as many full lines, with their ends, as the text begins with and the output has room for. Whatever is
    /// not a full line without padding stays for `admit(_:)`, which says what is wrong with it.
    private func decodeFullLines(
        _ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (consumed: Int, produced: Int) {
        unsafe Base64.values.withUnsafeBufferPointer { values in
            var consumed = 0
            var produced = 0
            // A line and its longer end; and what is written is 8 bytes at a time, of which 6 count.
            while text.count - consumed >= Armor.columnCount + 2, output.count - produced >= Armor.bytesPerLine + 2 {
                guard unsafe decodeFullLine(text, consumed, into: output, produced, values) else { break }
                let end = consumed + Armor.columnCount
                if unsafe text[end] == ASCII.lineFeed {
                    consumed = end + 1
                } else if unsafe text[end] == ASCII.carriageReturn, unsafe text[end + 1] == ASCII.lineFeed {
                    consumed = end + 2
                } else {
                    break
                }
                produced += Armor.bytesPerLine
            }
            return (consumed, produced)
        }
    }

    /// 64 characters to 48 bytes; false when one of them is not of the alphabet.
    ///
    /// Sound: the caller has seen to 64 bytes behind `start` and to 50 behind `outputStart`, and `values` has an entry for every byte.
    @inline(__always)
    private func decodeFullLine(
        _ text: UnsafeRawBufferPointer, _ start: Int, into output: UnsafeMutableRawBufferPointer, _ outputStart: Int,
        _ values: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        // Values are below 64, and 255 stands for what is none.
        var seen: UInt8 = 0
        for group in 0..<8 {
            let characters = unsafe UInt64(littleEndian: text.loadUnaligned(fromByteOffset: start + 8 * group, as: UInt64.self))
            var bits: UInt64 = 0
            for index in 0..<8 {
                let value = unsafe values[Int(truncatingIfNeeded: characters &>> UInt64(8 &* index)) & 0xFF]
                seen |= value
                bits = bits &<< 6 | UInt64(value)
            }
            unsafe output.storeBytes(of: (bits &<< 16).bigEndian, toByteOffset: outputStart + 6 * group, as: UInt64.self)
        }
        return seen < 64
    }

    // MARK: Errors

    private var notArmor: AgeFormatError { malformed("not \"-----BEGIN AGE ENCRYPTED FILE-----\"") }

    private func tooMuchWhiteSpace(_ place: String) -> AgeFormatError {
        AgeFormatError(
            .malformedArmor, "malformed age armor: more than \(Armor.maximumWhiteSpaceByteCount) bytes of white space \(place) line")
    }

    private func malformed(_ reason: String) -> AgeFormatError {
        AgeFormatError(.malformedArmor, "malformed age armor, line \(lineNumber): \(reason)")
    }
}
