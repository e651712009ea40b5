import AgeFormat
import KeyStore
import OpenSSL

/// One message of the age plugin protocol, in either direction: a stanza, as an age header has them.
///
///     -> recipient-stanza 0 X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc
///     EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U
///
/// Protocol: [age-plugin](https://c2sp.org/age-plugin).
struct PluginMessage: ~Copyable, Sendable {
    /// The messages whose body is, or may be, secret: a file key, or what a person answered.
    static let secretTypes: Set<String> = ["wrap-file-key", "file-key", "ok"]
    /// Bytes of a secret body.
    static let maximumSecretByteCount = 4096

    let type: String
    let arguments: [String]
    /// Empty for the types above.
    let body: [UInt8]
    /// Empty for all other types.
    let secret: SecretBytes

    consuming func takeSecret() -> SecretBytes { secret }
}

extension PluginMessage {
    /// Message types, with the names of the protocol.
    enum Name {
        static let addRecipient = "add-recipient"
        static let addIdentity = "add-identity"
        static let wrapFileKey = "wrap-file-key"
        static let extensionLabels = "extension-labels"
        static let recipientStanza = "recipient-stanza"
        static let fileKey = "file-key"
        static let labels = "labels"
        static let message = "msg"
        static let confirm = "confirm"
        static let requestPublic = "request-public"
        static let requestSecret = "request-secret"
        static let error = "error"
        static let done = "done"
        static let ok = "ok"
        static let fail = "fail"
        static let unsupported = "unsupported"
    }

    /// An index of the protocol: a decimal number in its one form.
    static func index(_ text: String) -> Int? {
        guard let index = Int(text), index >= 0, String(index) == text else { return nil }
        return index
    }

    // MARK: Writing

    /// A message without a secret.
    static func encoded(_ type: String, _ arguments: [String] = [], body: [UInt8] = []) throws(EnvelopeError) -> [UInt8] {
        do {
            var output: [UInt8] = []
            try Stanza(type: type, arguments: arguments, body: body).append(to: &output)
            return output
        } catch {
            throw EnvelopeError(.pluginFailed, "a message of the plugin protocol cannot be written: \(error)")
        }
    }

    /// A stanza of the only file, as it is shown to a plugin. Nil for one that fills its line so far that there is no room for the words in
    /// front: no plugin makes such, and the others of the file need not suffer from it.
    static func showing(_ stanza: Stanza) -> [UInt8]? {
        let message: Stanza
        do throws(AgeFormatError) {
            message = try Stanza(type: Name.recipientStanza, arguments: ["0", stanza.type] + stanza.arguments, body: stanza.body)
        } catch {
            return nil
        }
        var output: [UInt8] = []
        message.append(to: &output)
        return output
    }

    /// A message with a secret body.
    static func encoded(_ type: String, secret: borrowing SecretBytes, _ arguments: [String] = []) throws(EnvelopeError) -> SecretBytes {
        // The line, and the empty body below it, of which the last byte makes room for the secret one.
        let front = Array(try encoded(type, arguments).dropLast())
        do {
            return try secret.withBytes { bytes throws(OpenSSLError) in try encoded(front, body: bytes) }
        } catch {
            throw EnvelopeError(error, while: "writing to a plugin")
        }
    }

    private static func encoded(_ front: [UInt8], body: RawSpan) throws(OpenSSLError) -> SecretBytes {
        let (columnCount, bytesPerLine) = (64, 48)
        let lineCount = body.byteCount / bytesPerLine + 1
        let digitCount = (body.byteCount * 4 + 2) / 3
        return try unsafe SecretBytes(count: front.count + digitCount + lineCount) { output throws(OpenSSLError) in
            unsafe output.copyBytes(from: front)
            for line in 0..<lineCount {
                let start = line * bytesPerLine
                let outputStart = front.count + line * (columnCount + 1)
                let digits = unsafe SecretBase64.encode(
                    body.extracting(start..<min(start + bytesPerLine, body.byteCount)),
                    into: UnsafeMutableRawBufferPointer(rebasing: output[outputStart...]))
                unsafe output[outputStart + digits] = 0x0A
            }
        }
    }

    /// A message with one argument that may be secret: an identity.
    static func encoded(_ type: String, secretArgument: borrowing SecretBytes) throws(EnvelopeError) -> SecretBytes {
        let front = Array("-> \(type) ".utf8)
        do {
            return try secretArgument.withBytes { argument throws(OpenSSLError) in
                try unsafe SecretBytes(count: front.count + argument.byteCount + 2) { output throws(OpenSSLError) in
                    unsafe output.copyBytes(from: front)
                    unsafe argument.withUnsafeBytes {
                        unsafe UnsafeMutableRawBufferPointer(rebasing: output[front.count...]).copyMemory(from: $0)
                    }
                    unsafe output[output.count - 2] = 0x0A
                    unsafe output[output.count - 1] = 0x0A
                }
            }
        } catch {
            throw EnvelopeError(error, while: "writing to a plugin")
        }
    }
}
