/// Why bytes are not an age file, or why a header cannot be written. Never holds a secret: an age header is public.
public struct AgeFormatError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable, CaseIterable {
        /// The bytes do not begin as an age file does.
        case notAnAgeFile
        /// An age file of another version than v1.
        case unsupportedVersion
        /// An age file whose header breaks the format's rules.
        case malformedHeader
        /// The header, one of its lines or one of its bodies is longer than the named bound.
        case headerTooLarge
        /// More stanzas than `AgeHeader.maximumStanzaCount`.
        case tooManyStanzas
        /// The text form (`-----BEGIN AGE ENCRYPTED FILE-----`), which has to be decoded first.
        case armored
        /// The text form breaks its rules.
        case malformedArmor
        /// The bytes end inside the header.
        case truncated
    }

    public let code: Code
    /// One sentence, lower case, without a full stop.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    static func malformed(line: Int, _ reason: String) -> AgeFormatError {
        AgeFormatError(.malformedHeader, "malformed age header, line \(line): \(reason)")
    }
}
