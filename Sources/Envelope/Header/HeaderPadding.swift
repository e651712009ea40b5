public import AgeFormat
import KeyStore

/// The stanza `coffer-padding`: room in a header for recipients to come.
///
///     -> coffer-padding AAAA
///     AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
///     (empty line)
///
/// Other implementations pass it over, as they do with every stanza of a type they do not know. One argument of 1 to 65 characters and
/// full lines of zeros make it of any size, so that a header can be replaced in its place by one of the same size.
public enum HeaderPadding {
    public static let type = "coffer-padding"
    /// Bytes in the header of the smallest: no smaller gap can be filled.
    public static let minimumByteCount = fixedByteCount + 1
    /// Bytes in the header of the largest: a stanza's body has a bound.
    public static let maximumByteCount = minimumByteCount + Stanza.maximumBodyByteCount / bytesPerLine * lineByteCount + columnCount

    /// `-> coffer-padding ARG`, its line feed and the empty last line of the body, without the argument.
    private static let fixedByteCount = "-> \(type) ".utf8.count + 2
    /// Characters of a full body line, the bytes they stand for, and the bytes of the line in the header.
    private static let columnCount = 64
    private static let bytesPerLine = 48
    private static let lineByteCount = columnCount + 1

    /// The stanza that takes this many bytes of a header.
    ///
    /// - Parameter byteCount: `minimumByteCount` to `maximumByteCount`.
    /// - Throws: `invalidRecipients` when a stanza cannot be so small or so large.
    public static func stanza(byteCount: Int) throws(EnvelopeError) -> Stanza {
        guard (minimumByteCount...maximumByteCount).contains(byteCount) else {
            throw EnvelopeError(.invalidRecipients, "the header cannot be padded by \(byteCount) bytes")
        }
        let (lineCount, rest) = (byteCount - minimumByteCount).quotientAndRemainder(dividingBy: lineByteCount)
        do {
            return try Stanza(
                type: type, arguments: [String(repeating: "A", count: rest + 1)],
                body: [UInt8](repeating: 0, count: lineCount * bytesPerLine))
        } catch {
            throw EnvelopeError(.invalidRecipients, "the header cannot be padded by \(byteCount) bytes: \(error)")
        }
    }

    /// Bytes that a stanza of this type takes of its header, with whatever it holds.
    static func byteCount(of stanza: Stanza) -> Int {
        let arguments = stanza.arguments.reduce(0) { $0 + 1 + $1.utf8.count }
        let (lineCount, rest) = stanza.body.count.quotientAndRemainder(dividingBy: bytesPerLine)
        return "-> \(type)".utf8.count + arguments + 1 + lineCount * lineByteCount + (rest * 4 + 2) / 3 + 1
    }
}

extension HeaderPadding {
    /// How much room a new header gets.
    ///
    /// Header and nonce fill whole blocks. So the chunks begin at a block of the file system, and a copy under another header can share
    /// them (a reflink); and the header of one page is replaced by a write that a killed process cannot leave half done.
    public struct Policy: Sendable, Equatable {
        /// Header and nonce are a multiple of it; nil for no padding.
        let blockByteCount: Int?

        public static let none = Policy(blockByteCount: nil)
        public static let page = Policy(blockByteCount: 4096)
        /// For small files, of which there are many.
        public static let quarterPage = Policy(blockByteCount: 1024)

        /// Plaintext bytes from which on a file gets a page.
        private static let smallByteCount: UInt64 = 64 * 1024
        /// Bytes of padding at least: a further recipient fits.
        private static let reservedByteCount = 256

        /// - Parameter plaintextByteCount: nil where it is not known beforehand.
        public static func forFile(plaintextByteCount: UInt64?) -> Policy {
            guard let plaintextByteCount, plaintextByteCount < smallByteCount else { return .page }
            return .quarterPage
        }

        /// The stanzas with padding behind them. A passphrase stands alone, without.
        package func padded(_ stanzas: [Stanza]) throws(EnvelopeError) -> [Stanza] {
            guard let blockByteCount, !stanzas.contains(where: { $0.type == ScryptStanza.type }) else { return stanzas }
            let unpadded = try AgeHeader.byteCount(of: stanzas) + PayloadLayout.nonceByteCount
            let blocks = (unpadded + Self.reservedByteCount + blockByteCount - 1) / blockByteCount
            let total = blocks * blockByteCount
            guard total <= AgeHeader.maximumByteCount else { return stanzas }
            return stanzas + [try HeaderPadding.stanza(byteCount: total - unpadded)]
        }
    }
}

extension AgeHeader {
    /// Bytes of the whole header of these stanzas.
    static func byteCount(of stanzas: [Stanza]) throws(EnvelopeError) -> Int {
        let mac = [UInt8](repeating: 0, count: macByteCount)
        return encoded(authenticated: try unauthenticated(stanzas), mac: mac).count
    }
}
