import KeyStore

/// Recipients as people write them.
public enum RecipientText {
    /// Bytes of a recipients file, as age reads it.
    public static let maximumFileByteCount = 16 * 1024 * 1024
    /// Bytes of one of its lines.
    public static let maximumLineByteCount = 64 * 1024
    /// Recipients in one of them: as many as a header can have.
    public static let maximumCount = 4096

    /// Reads one recipient: `age1…`, `ssh-ed25519 …`, `ssh-rsa …`, or, through `plugins`, a plugin's `age1NAME1…`.
    ///
    /// - Parameter plugins: nil where no plugin may run.
    /// - Throws: `malformedKey`, `pluginFailed`. An identity that was given by mistake is not quoted.
    public static func parse(_ text: String, plugins: (any PluginProvider)?) throws(EnvelopeError) -> any Recipient {
        do throws(EnvelopeError) {
            return try read(text, plugins)
        } catch {
            guard isQuotable(text) else { throw EnvelopeError(error, prefix: "malformed recipient") }
            throw EnvelopeError(error, prefix: "malformed recipient \"\(text.prefix(80))\(text.count > 80 ? "…" : "")\"")
        }
    }

    /// Reads a recipients file as `age -R` takes it: one recipient per line, blank lines, comments that begin with `#`.
    ///
    /// Unlike age, which passes over ssh keys of other types, it refuses them: nobody should believe that a file was sealed for somebody whom
    /// it was not sealed for.
    /// - Parameter name: how a person names the file, for errors.
    /// - Throws: `malformedKey`, `pluginFailed`, `invalidRecipients` for a file without a recipient. The message names file and line, and
    ///   quotes nothing: the file may be another than the one that was meant.
    public static func parseFile(
        _ contents: [UInt8], name: String, plugins: (any PluginProvider)?
    ) throws(EnvelopeError) -> [any Recipient] {
        guard contents.count <= maximumFileByteCount else {
            throw EnvelopeError(.malformedKey, "\(name): is too large to be a recipients file: at most \(maximumFileByteCount >> 20) MiB")
        }
        var recipients: [any Recipient] = []
        var number = 0
        for line in contents.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let text = trimmed(line)
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            let place = "\(name), line \(number)"
            guard text.count <= maximumLineByteCount, let text = String(validating: text, as: UTF8.self) else {
                throw EnvelopeError(.malformedKey, "\(place): is not a recipient")
            }
            guard recipients.count < maximumCount else {
                throw EnvelopeError(.invalidRecipients, "\(place): a file can be sealed for \(maximumCount) recipients at most")
            }
            do throws(EnvelopeError) { recipients.append(try read(text, plugins)) } catch { throw EnvelopeError(error, prefix: place) }
        }
        guard !recipients.isEmpty else { throw EnvelopeError(.invalidRecipients, "\(name): holds no recipient") }
        return recipients
    }

    /// The errors quote nothing.
    private static func read(_ text: String, _ plugins: (any PluginProvider)?) throws(EnvelopeError) -> any Recipient {
        if text.hasPrefix("ssh-") || text.hasPrefix("sk-") || text.hasPrefix("ecdsa-") {
            let key = try SSHPublicKey(line: text)
            return switch key.numbers {
            case .ed25519: try SSHEd25519Recipient(key)
            case .rsa: try SSHRSARecipient(key)
            }
        }
        guard let decoded = Bech32.decode(text) else { throw EnvelopeError(.malformedKey, reasonWhyNot(text)) }
        if decoded.hrp == "age" {
            do { return X25519Recipient(try AgeRecipient(text)) } catch {
                throw EnvelopeError(.malformedKey, "an X25519 recipient has 62 characters, not \(text.utf8.count)")
            }
        }
        guard decoded.hrp.hasPrefix("age1"), let plugin = PluginName.checked(decoded.hrp.dropFirst(4)) else {
            throw EnvelopeError(.malformedKey, reasonWhyNot(text))
        }
        guard !PostQuantum.recipientNames.contains(plugin) else { throw PostQuantum.unsupportedRecipient }
        guard let plugins else { throw PluginName.unavailable(plugin) }
        return try plugins.recipient(text, plugin: plugin)
    }

    private static func reasonWhyNot(_ text: String) -> String {
        let lower = text.prefix(20).lowercased()
        if lower.hasPrefix("age-secret-key-") || lower.hasPrefix("age-plugin-") {
            return "this is an identity, which opens files; to seal, give its recipient, which begins with age1"
        }
        for name in PostQuantum.recipientNames where lower.hasPrefix("age1\(name)1") { return PostQuantum.unsupportedRecipient.message }
        if lower.hasPrefix("age1") { return "a character of it is wrong, or it is not whole" }
        return "a recipient begins with age1, ssh-ed25519 or ssh-rsa"
    }

    /// Only what is meant to be public is quoted, and nothing that a terminal would obey.
    private static func isQuotable(_ text: String) -> Bool {
        (text.hasPrefix("age1") || text.hasPrefix("ssh-")) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        return line.drop(while: isBlank).reversed().drop(while: isBlank).reversed()[...]
    }
}
