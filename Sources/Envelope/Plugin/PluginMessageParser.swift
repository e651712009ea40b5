import AgeFormat
import OpenSSL

/// Reads messages of the plugin protocol, byte by byte, with a bound on each part.
///
/// As strict as the age header, whose syntax it is: line feeds only, one space between arguments, canonical base64 without padding.
/// The body of a message that may be secret is decoded into locked memory, and no table is indexed with it.
struct PluginMessageParser: ~Copyable, Sendable {
    private enum State: Sendable {
        /// At the beginning of a message, of whose `-> ` so many bytes were read.
        case start(Int)
        /// In the type and its arguments.
        case line
        case body
        /// A message is whole, and was not taken yet.
        case finished
    }

    private static let front = Array("-> ".utf8)
    private static let columnCount = 64

    private var state = State.start(0)
    private var line: [UInt8] = []
    private var type = ""
    private var arguments: [String] = []
    private var isSecret = false
    private var body: [UInt8] = []
    private var secret: SecretBuffer
    /// Characters in the current line of the body.
    private var column = 0
    /// Bits of the body that do not fill a byte yet.
    private var bits: UInt32 = 0
    private var bitCount = 0

    init() throws(EnvelopeError) {
        do {
            secret = try SecretBuffer(capacity: PluginMessage.maximumSecretByteCount)
        } catch {
            throw EnvelopeError(error, while: "making room for a plugin's messages")
        }
    }

    /// Whether nothing of a message was read yet.
    var isBetweenMessages: Bool {
        if case .start(0) = state { true } else { false }
    }

    /// Reads one byte.
    /// - Returns: whether a message is whole now; it must be taken before the next byte.
    /// - Throws: `pluginFailed` when the byte cannot stand there, or a bound is passed.
    mutating func admit(_ byte: UInt8) throws(EnvelopeError) -> Bool {
        switch state {
        case .start(let count):
            guard byte == Self.front[count] else { throw Self.malformed("a line that does not begin with \"-> \"") }
            state = count + 1 < Self.front.count ? .start(count + 1) : .line
        case .line where byte == 0x0A:
            try endLine()
        case .line:
            guard line.count < Stanza.maximumLineByteCount else { throw Self.malformed("a line that is too long") }
            guard (0x20...0x7E).contains(byte) else { throw Self.malformed("a line that is not plain text") }
            line.append(byte)
        case .body where byte == 0x0A:
            try endBodyLine()
        case .body:
            try admitDigit(byte)
        case .finished:
            preconditionFailure("the last message was not taken")
        }
        if case .finished = state { return true }
        return false
    }

    /// The message that is whole.
    mutating func take() throws(EnvelopeError) -> PluginMessage {
        guard case .finished = state else { preconditionFailure("no message is whole") }
        let taken: SecretBytes
        do {
            taken = try secret.withBytes { bytes throws(OpenSSLError) in try SecretBytes(copying: bytes) }
        } catch {
            throw EnvelopeError(error, while: "reading a plugin's message")
        }
        let message = PluginMessage(type: type, arguments: arguments, body: body, secret: taken)
        secret.removeAll()
        body = []
        state = .start(0)
        return message
    }

    private mutating func endLine() throws(EnvelopeError) {
        // Empty words are kept, to be refused: they stand for a space too many.
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.allSatisfy({ !$0.isEmpty }) else { throw Self.malformed("words that are not separated by one space each") }
        guard words.count <= 2 + Stanza.maximumArgumentCount else { throw Self.malformed("too many arguments") }
        type = String(decoding: words[0], as: UTF8.self)
        arguments = words.dropFirst().map { String(decoding: $0, as: UTF8.self) }
        isSecret = PluginMessage.secretTypes.contains(type)
        line.removeAll(keepingCapacity: true)
        state = .body
    }

    private mutating func admitDigit(_ byte: UInt8) throws(EnvelopeError) {
        let value = SecretBase64.value(of: byte)
        guard value < 64 else { throw Self.malformed("a body that is not base64") }
        guard column < Self.columnCount else { throw Self.malformed("a body line that is too long") }
        column += 1
        bits = bits << 6 | UInt32(value)
        bitCount += 6
        guard bitCount >= 8 else { return }
        bitCount -= 8
        let decoded = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
        bits &= 1 << UInt32(bitCount) - 1
        try append(decoded)
    }

    private mutating func append(_ byte: UInt8) throws(EnvelopeError) {
        if isSecret {
            guard secret.count < secret.capacity else { throw Self.malformed("a secret that is too long") }
            unsafe secret.fill { room in
                unsafe room[0] = byte
                return 1
            }
        } else {
            guard body.count < Stanza.maximumBodyByteCount else { throw Self.malformed("a body that is too long") }
            body.append(byte)
        }
    }

    private mutating func endBodyLine() throws(EnvelopeError) {
        let isLast = column < Self.columnCount
        column = 0
        guard isLast else { return }
        // 6 bits left over are those of a single digit, which stands for no byte.
        guard bitCount < 6, bits == 0 else { throw Self.malformed("a body that is not canonical base64") }
        bitCount = 0
        state = .finished
    }

    private static func malformed(_ what: String) -> EnvelopeError {
        EnvelopeError(.pluginFailed, "it broke the plugin protocol by \(what)")
    }
}
