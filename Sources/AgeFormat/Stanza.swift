/// One recipient stanza of an age header: how one recipient gets at the file key.
///
///     -> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc
///     EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U
///
/// The first argument is its type. Every value of this type can be written and read back unchanged.
/// Format: [age v1](https://c2sp.org/age#recipient-stanza).
public struct Stanza: Sendable, Equatable {
    /// Arguments after the type. The longest that a known type uses is the ML-KEM-768 encapsulation of 1,494 characters in one.
    public static let maximumArgumentCount = 256
    /// Bytes of a line `-> TYPE ARG…`, without its line feed.
    public static let maximumLineByteCount = 16 * 1024
    /// Bytes of a decoded body.
    public static let maximumBodyByteCount = 1024 * 1024

    /// The recipient type, the first argument: one or more visible ASCII characters.
    public let type: String
    /// What follows the type, each one or more visible ASCII characters.
    public let arguments: [String]
    public let body: [UInt8]

    /// - Throws: `malformedHeader` when an argument is empty or holds anything but visible ASCII (0x21–0x7E);
    ///   `headerTooLarge` when a bound above is passed.
    public init(type: String, arguments: [String] = [], body: [UInt8] = []) throws(AgeFormatError) {
        var lineByteCount = "->".utf8.count
        for argument in [type] + arguments {
            guard !argument.isEmpty, argument.utf8.allSatisfy(ASCII.isVisible) else {
                throw AgeFormatError(.malformedHeader, "a stanza's type and arguments must be one or more visible ASCII characters each")
            }
            lineByteCount += 1 + argument.utf8.count
        }
        guard arguments.count <= Stanza.maximumArgumentCount, lineByteCount <= Stanza.maximumLineByteCount else {
            throw AgeFormatError(
                .headerTooLarge,
                "a stanza may have \(Stanza.maximumArgumentCount) arguments and a first line of \(Stanza.maximumLineByteCount) bytes")
        }
        guard body.count <= Stanza.maximumBodyByteCount else {
            throw AgeFormatError(.headerTooLarge, "a stanza's body may have \(Stanza.maximumBodyByteCount) bytes, not \(body.count)")
        }
        self.type = type
        self.arguments = arguments
        self.body = body
    }

    /// Columns of a full body line; the body ends with the first line that is shorter.
    static let columnCount = 64
    /// Bytes in a full body line.
    static let bytesPerLine = columnCount / 4 * 3

    /// Appends the stanza as the header holds it. A body of a multiple of 48 bytes gets an empty last line.
    package func append(to output: inout [UInt8]) {
        output.append(contentsOf: "-> \(type)".utf8)
        for argument in arguments {
            output.append(ASCII.space)
            output.append(contentsOf: argument.utf8)
        }
        output.append(ASCII.lineFeed)
        var start = 0
        var lineByteCount: Int
        repeat {
            lineByteCount = min(Stanza.bytesPerLine, body.count - start)
            Base64.append(body[start..<start + lineByteCount], to: &output, padding: .none)
            output.append(ASCII.lineFeed)
            start += lineByteCount
        } while lineByteCount == Stanza.bytesPerLine
    }
}
