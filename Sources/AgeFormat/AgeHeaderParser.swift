/// Reads an age header from a stream, looking at each byte once however the stream is cut.
///
/// Strict where the format is: line feeds only, exactly one space between arguments, canonical unpadded base64, body lines of 64
/// columns up to a shorter last one, at least one stanza.
public struct AgeHeaderParser: Sendable {
    private enum State: Sendable {
        /// Before the first byte.
        case start
        /// In the first line, which may only be the version.
        case version
        /// In a first line that may only be that of the text form.
        case armor
        /// At the first bytes of a line that is either a stanza's or the last.
        case stanzaOrEnd
        /// In the line `-> TYPE ARG…`.
        case arguments
        /// In the body of a stanza.
        case body(type: String, arguments: [String])
        /// In the line `--- MAC`.
        case mac
        case finished(AgeHeader)
    }

    private static let versionPrefix = Array("age-encryption.org/".utf8)
    private static let armorLine = Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)
    /// Bytes of a first line, so that a version of the future can be named in the error.
    private static let maximumVersionLineByteCount = 40

    private var state = State.start
    private var stanzas: [Stanza] = []
    /// What is decoded of the current stanza's body; beside the state, so that it grows in place.
    private var body: [UInt8] = []
    private var lineNumber = 1
    private var lineStart = 0
    /// How many bytes were looked at.
    private var position = 0

    public init() {}

    /// Continues with `bytes`: all of the stream from its first byte, the part that was given before included and unchanged.
    /// - Returns: nil when the header goes on after `bytes`.
    /// - Throws: at the first byte that cannot stand where it does, or that passes a bound; what only a whole line shows, at its end.
    public mutating func parse(_ bytes: RawSpan) throws(AgeFormatError) -> AgeHeader? {
        while position < bytes.byteCount {
            if case .finished(let header) = state { return header }
            guard position < AgeHeader.maximumByteCount else {
                throw AgeFormatError(.headerTooLarge, "the age header has more than \(AgeHeader.maximumByteCount) bytes")
            }
            let byte = bytes.byte(at: position)
            if byte == ASCII.lineFeed {
                try endLine(bytes)
                lineNumber += 1
                lineStart = position + 1
            } else {
                try admit(byte, column: position - lineStart)
            }
            position += 1
        }
        if case .finished(let header) = state { return header }
        return nil
    }

    /// What to throw when the stream ends here, before the header does.
    public func endOfInput() -> AgeFormatError {
        switch state {
        case .start: AgeFormatError(.notAnAgeFile, "not an age file: it is empty")
        case .version, .armor: AgeFormatError(.notAnAgeFile, "not an age file: it ends in its first line")
        case .stanzaOrEnd, .arguments, .body, .mac:
            AgeFormatError(.truncated, "truncated age file: it ends in line \(lineNumber) of its header")
        case .finished: preconditionFailure("the header is whole")
        }
    }

    // MARK: Within a line

    /// Refuses a byte that can not stand at this column (from 0) of the current line.
    private mutating func admit(_ byte: UInt8, column: Int) throws(AgeFormatError) {
        switch state {
        case .start:
            state = byte == ASCII.dash ? .armor : .version
            try admit(byte, column: column)
        case .version:
            try admitVersion(byte, column: column)
        case .armor:
            guard byte == Self.armorLine[column] else { throw notAnAgeFile }
            guard column + 1 < Self.armorLine.count else {
                throw AgeFormatError(
                    .armored, "the file is in age's text form (armor), and only the binary form is read here")
            }
        case .stanzaOrEnd:
            try admitLineStart(byte, column: column)
        case .arguments:
            guard column < Stanza.maximumLineByteCount else {
                throw AgeFormatError(
                    .headerTooLarge, "line \(lineNumber) of the age header has more than \(Stanza.maximumLineByteCount) bytes")
            }
            let isAdmitted = column == 2 ? byte == ASCII.space : ASCII.isVisible(byte) || byte == ASCII.space
            guard isAdmitted else { throw malformed("\(ASCII.name(of: byte)) in a stanza's arguments") }
        case .body:
            guard Base64.isDigit(byte) else { throw malformed("\(ASCII.name(of: byte)) in a stanza's body") }
            guard column < Stanza.columnCount else { throw malformed("a body line of more than \(Stanza.columnCount) characters") }
        case .mac:
            let isAdmitted = column == 3 ? byte == ASCII.space : Base64.isDigit(byte)
            guard isAdmitted else { throw malformed("\(ASCII.name(of: byte)) in the line of the MAC") }
            guard column < AgeHeader.macLineByteCount else { throw malformed("the MAC is too long") }
        case .finished:
            preconditionFailure("nothing is read after the header")
        }
    }

    private func admitVersion(_ byte: UInt8, column: Int) throws(AgeFormatError) {
        guard column >= Self.versionPrefix.count else {
            guard byte == Self.versionPrefix[column] else { throw notAnAgeFile }
            return
        }
        guard ASCII.isVisible(byte) else { throw malformed("\(ASCII.name(of: byte)) after the version") }
        guard column < Self.maximumVersionLineByteCount else { throw malformed("the version is too long") }
    }

    private mutating func admitLineStart(_ byte: UInt8, column: Int) throws(AgeFormatError) {
        switch (column, byte) {
        case (0, ASCII.dash), (1, ASCII.dash): return
        case (2, ASCII.dash): state = .mac
        default:
            // "->" decides at its second byte.
            guard column == 1, byte == ASCII.greaterThan else { throw malformed("neither a stanza (\"-> \") nor the MAC (\"--- \")") }
            state = .arguments
        }
    }

    // MARK: The end of a line

    private mutating func endLine(_ bytes: RawSpan) throws(AgeFormatError) {
        let line = bytes.bytes(lineStart..<position)
        switch state {
        case .start, .armor:
            throw notAnAgeFile
        case .version:
            try endVersion(line)
            state = .stanzaOrEnd
        case .stanzaOrEnd:
            throw malformed("neither a stanza (\"-> \") nor the MAC (\"--- \")")
        case .arguments:
            state = try beginBody(line)
        case .body(let type, let arguments):
            try extendBody(line)
            guard line.count < Stanza.columnCount else { return }
            stanzas.append(try Stanza(type: type, arguments: arguments, body: body))
            body = []
            state = .stanzaOrEnd
        case .mac:
            state = .finished(try header(bytes, macLine: line))
        case .finished:
            preconditionFailure("nothing is read after the header")
        }
    }

    private func endVersion(_ line: [UInt8]) throws(AgeFormatError) {
        guard line.count > Self.versionPrefix.count else { throw notAnAgeFile }
        guard line == AgeHeader.versionLine else {
            let version = String(decoding: line[Self.versionPrefix.count...], as: UTF8.self)
            throw AgeFormatError(.unsupportedVersion, "age format \"\(version)\" is not supported, only \"v1\" is")
        }
    }

    private func beginBody(_ line: [UInt8]) throws(AgeFormatError) -> State {
        // Empty arguments are kept, to be refused: they stand for a space too many.
        let arguments = line.dropFirst(3).split(separator: ASCII.space, omittingEmptySubsequences: false)
        guard line.count > 3, arguments.allSatisfy({ !$0.isEmpty }) else {
            throw malformed("a stanza's type and arguments must be separated by exactly one space each")
        }
        guard stanzas.count < AgeHeader.maximumStanzaCount else {
            throw AgeFormatError(.tooManyStanzas, "the age header has more than \(AgeHeader.maximumStanzaCount) stanzas")
        }
        guard arguments.count <= 1 + Stanza.maximumArgumentCount else {
            throw AgeFormatError(
                .headerTooLarge, "line \(lineNumber) of the age header has more than \(Stanza.maximumArgumentCount) arguments")
        }
        let texts = arguments.map { String(decoding: $0, as: UTF8.self) }
        return .body(type: texts[0], arguments: Array(texts[1...]))
    }

    private mutating func extendBody(_ line: [UInt8]) throws(AgeFormatError) {
        guard body.count + line.count / 4 * 3 <= Stanza.maximumBodyByteCount else {
            throw AgeFormatError(.headerTooLarge, "a stanza of the age header has a body of more than \(Stanza.maximumBodyByteCount) bytes")
        }
        do throws(Base64Error) {
            body += try Base64.decode(line[...], padding: .none)
        } catch {
            throw malformed("\(error)")
        }
    }

    private func header(_ bytes: RawSpan, macLine: [UInt8]) throws(AgeFormatError) -> AgeHeader {
        guard !stanzas.isEmpty else { throw malformed("no recipient stanza") }
        guard macLine.count == AgeHeader.macLineByteCount else { throw malformed("the MAC is too short") }
        do throws(Base64Error) {
            let mac = try Base64.decode(macLine[4...], padding: .none)
            return AgeHeader(
                stanzas: stanzas, mac: mac, authenticatedBytes: bytes.bytes(0..<lineStart + AgeHeader.authenticatedEnd.count),
                byteCount: position + 1)
        } catch {
            throw malformed("\(error)")
        }
    }

    // MARK: Errors

    private var notAnAgeFile: AgeFormatError {
        AgeFormatError(.notAnAgeFile, "not an age file: it does not begin with \"age-encryption.org/v1\"")
    }

    private func malformed(_ reason: String) -> AgeFormatError { .malformed(line: lineNumber, reason) }
}
