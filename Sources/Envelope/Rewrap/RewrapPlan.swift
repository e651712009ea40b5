public import KeyStore
import OpenSSL

/// What is to become of the recipients of files.
///
/// Without any wish, every KMS key of a file that was rotated since wraps the file key again, under its current version.
/// Recipients that the plan does not mean, also such of unknown types, are kept as they are, to the byte and in their order.
public struct RewrapPlan: Sendable {
    /// One KMS key in the place of others.
    public struct KeyReplacement: Sendable {
        /// Key ID, key ARN, alias name or alias ARN.
        public var toKey: String
        /// ARNs; when empty, the key that opened the file is replaced.
        public var fromKeys: [String]
        /// Nil to keep the one of each stanza.
        public var encryptionContext: EncryptionContext?

        public init(toKey: String, fromKeys: [String] = [], encryptionContext: EncryptionContext? = nil) {
            self.toKey = toKey
            self.fromKeys = fromKeys
            self.encryptionContext = encryptionContext
        }
    }

    public var replacement: KeyReplacement?
    /// Added at the end, unless the header shows that they are recipients already (KMS and ssh keys).
    public var adding: [any Recipient]
    /// Removed first. That none of them is there is told, and is not an error.
    public var removing: [RecipientSelector]

    public init(replacement: KeyReplacement? = nil, adding: [any Recipient] = [], removing: [RecipientSelector] = []) {
        self.replacement = replacement
        self.adding = adding
        self.removing = removing
    }

    /// Whether the only wish is that every key's current version is used.
    var isRefresh: Bool { replacement == nil && adding.isEmpty && removing.isEmpty }

    /// The same for the same wishes, so that a run is not resumed with others.
    func fingerprint() throws(EnvelopeError) -> [UInt8] {
        var parts = ["coffer rewrap", "\(adding.count)"] + adding.map(\.description).sorted()
        if let replacement {
            parts += ["to", replacement.toKey] + replacement.fromKeys.sorted()
            if let context = replacement.encryptionContext { parts += ["context"] + context.pairs.flatMap { [$0.name, $0.value] } }
        }
        parts += ["removing"] + removing.map(\.description).sorted()
        // Zero bytes apart: no part holds one.
        let text = Array(parts.joined(separator: "\0").utf8)
        do {
            return try unsafe Digest.hash(.sha256, text.span.bytes)
        } catch {
            throw EnvelopeError(error, while: "making a digest of the plan")
        }
    }
}
