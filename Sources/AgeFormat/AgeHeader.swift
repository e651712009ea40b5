/// The header of an age v1 file: who can open it, and a MAC by the file key over all of it.
///
///     age-encryption.org/v1
///     -> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc
///     EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U
///     --- gxhoSa5BciRDt8lOpYNcx4EYtKpS0CJ06F3ZwN82VaM
///
/// This module knows bytes only: whether the MAC is right is for who holds the file key to say.
/// Format: [age v1](https://c2sp.org/age#header).
public struct AgeHeader: Sendable, Equatable {
    /// Bytes of a whole header. Room for 4,096 recipients of any usual type.
    public static let maximumByteCount = 2 * 1024 * 1024
    public static let maximumStanzaCount = 4096
    /// Bytes of the MAC (HMAC-SHA256).
    public static let macByteCount = 32

    /// In the file's order; at least one.
    public let stanzas: [Stanza]
    /// The MAC as the file has it, `macByteCount` bytes, not verified.
    public let mac: [UInt8]
    /// What the MAC is over: the bytes as received, up to and including `---`. Never a re-encoding.
    public let authenticatedBytes: [UInt8]
    /// Bytes of the whole header; the payload's nonce follows.
    public let byteCount: Int

    static let versionLine = Array("age-encryption.org/v1".utf8)
    static let authenticatedEnd = Array("---".utf8)
    /// `--- ` and 43 characters.
    static let macLineByteCount = 4 + 43

    /// Reads the header at the front of `bytes`.
    ///
    /// Who reads a stream, and would come with ever more bytes, keeps an `AgeHeaderParser` and spares the second look at the first.
    /// - Returns: nil when `bytes` are well formed so far but end inside the header.
    /// - Throws: as `AgeHeaderParser.parse(_:)` does, at the first line that is malformed or passes a bound, whole or not.
    public static func parse(_ bytes: RawSpan) throws(AgeFormatError) -> AgeHeader? {
        var parser = AgeHeaderParser()
        return try parser.parse(bytes)
    }

    /// Encodes stanzas into the bytes to authenticate: the header up to and including `---`.
    /// - Throws: `malformedHeader` without a stanza, `tooManyStanzas`, `headerTooLarge`.
    public static func bytesToAuthenticate(_ stanzas: [Stanza]) throws(AgeFormatError) -> [UInt8] {
        guard !stanzas.isEmpty else { throw AgeFormatError(.malformedHeader, "an age header needs at least one recipient") }
        guard stanzas.count <= maximumStanzaCount else {
            throw AgeFormatError(.tooManyStanzas, "an age header may have \(maximumStanzaCount) recipients here, not \(stanzas.count)")
        }
        var output = versionLine
        output.append(ASCII.lineFeed)
        for stanza in stanzas {
            stanza.append(to: &output)
            guard output.count + macLineByteCount + 1 <= maximumByteCount else {
                throw AgeFormatError(.headerTooLarge, "the recipients need more than the \(maximumByteCount) bytes a header may have")
            }
        }
        return output + authenticatedEnd
    }

    /// The whole header, from the bytes of `bytesToAuthenticate(_:)` and their MAC.
    public static func encoded(authenticated: [UInt8], mac: [UInt8]) -> [UInt8] {
        precondition(mac.count == macByteCount)
        var output = authenticated
        output.append(ASCII.space)
        Base64.append(mac[...], to: &output, padding: .none)
        output.append(ASCII.lineFeed)
        return output
    }
}
