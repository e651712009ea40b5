import AgeFormat
public import KeyStore

/// A KMS key with an encryption context, as age's other programs name it: the recipient `age1coffer1…`, and the identity
/// `AGE-PLUGIN-COFFER-1…` that opens what was sealed for exactly this key and context.
///
/// Both are Bech32 of `0x01 || u16be length || key ARN || encryption context`. Neither holds a secret: who may use the key
/// is for the key store to say.
public struct CofferPluginKey: Sendable, Equatable {
    /// The name in `age-plugin-NAME`.
    public static let pluginName = "coffer"
    /// Characters of a text, so that it fits into one line of the plugin protocol.
    static let maximumTextByteCount = Stanza.maximumLineByteCount - 64
    private static let version: UInt8 = 1
    private static let recipientPrefix = Array("age1coffer".utf8)
    fileprivate static let identityPrefix = Array("age-plugin-coffer-".utf8)

    public let keyARN: String
    public let encryptionContext: EncryptionContext

    /// - Throws: `malformedKey` when the ARN is empty, or both together are too long for a text.
    public init(keyARN: String, encryptionContext: EncryptionContext) throws(EnvelopeError) {
        self.keyARN = keyARN
        self.encryptionContext = encryptionContext
        let isARN = keyARN.hasPrefix("arn:") && keyARN.utf8.count <= KMSKeyStanza.maximumARNByteCount
        guard isARN, keyARN.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw EnvelopeError(.malformedKey, "a plugin's key must be named by its ARN")
        }
        guard identity.utf8.count <= Self.maximumTextByteCount else {
            throw EnvelopeError(.malformedKey, "the key's ARN and the encryption context are too long for a plugin's recipient")
        }
    }

    // MARK: Text

    /// `age1coffer1…`
    public var recipient: String { Bech32.encodePublic(encoded, hrp: Self.recipientPrefix) }

    /// `AGE-PLUGIN-COFFER-1…`
    public var identity: String { Bech32.encodePublic(encoded, hrp: Self.identityPrefix).uppercased() }

    /// - Throws: `malformedKey`.
    public init(recipient text: String) throws(EnvelopeError) {
        // Lower case (age-plugin, "Mapping recipients and identities to plugin binaries").
        guard text == text.lowercased(),
            let bytes = Bech32.decodePublic(text, hrp: Self.recipientPrefix, atMost: Self.maximumTextByteCount)
        else { throw EnvelopeError(.malformedKey, "malformed recipient: not an age1coffer1… line, or a character of it is wrong") }
        try self.init(encoded: bytes)
    }

    private var encoded: [UInt8] {
        let arn = Array(keyARN.utf8)
        return [Self.version, UInt8(truncatingIfNeeded: arn.count >> 8), UInt8(truncatingIfNeeded: arn.count)] + arn
            + encryptionContext.encoded
    }

    fileprivate init(encoded bytes: [UInt8]) throws(EnvelopeError) {
        let malformed = EnvelopeError(.malformedKey, "malformed recipient or identity of coffer: its content is not well formed")
        guard let version = bytes.first else { throw malformed }
        guard version == Self.version else {
            throw EnvelopeError(.malformedKey, "a recipient or identity of coffer of version \(version): it needs a newer coffer")
        }
        guard bytes.count >= 3, case let end = 3 + (Int(bytes[1]) << 8 | Int(bytes[2])), end <= bytes.count else { throw malformed }
        let context: EncryptionContext
        do {
            context = try EncryptionContext(encoded: Array(bytes[end...]))
        } catch {
            throw malformed
        }
        try self.init(keyARN: String(decoding: bytes[3..<end], as: UTF8.self), encryptionContext: context)
    }
}

/// What an identity of the plugin opens.
public enum CofferPluginIdentity: Sendable, Equatable {
    /// What was sealed for this key under exactly this context.
    case key(CofferPluginKey)
    /// What was sealed for any key of the store, under the context that the file says. Its text holds nothing, so it is the one that
    /// `age -j coffer` makes.
    case anyKey

    /// - Throws: `malformedKey`.
    public init(_ text: String) throws(EnvelopeError) {
        guard text == text.uppercased(),
            let bytes = Bech32.decodePublic(
                text, hrp: CofferPluginKey.identityPrefix, atMost: CofferPluginKey.maximumTextByteCount)
        else { throw EnvelopeError(.malformedKey, "malformed identity: not an AGE-PLUGIN-COFFER-1… line, or a character of it is wrong") }
        self = bytes.isEmpty ? .anyKey : .key(try CofferPluginKey(encoded: bytes))
    }

    public var text: String {
        switch self {
        case .key(let key): key.identity
        case .anyKey: Bech32.encodePublic([], hrp: CofferPluginKey.identityPrefix).uppercased()
        }
    }
}
