import AgeFormat
import KeyStore

/// The stanzas of a header while a plan is carried out on them, without padding.
struct StanzaDraft: Sendable {
    var stanzas: [Stanza]
    let keysBefore: [KeyVersionName]
    var added: [String] = []
    var removed: [String] = []
    var absent: [RecipientSelector] = []
    var unusable: [UnusableKey] = []
    private let original: [Stanza]

    init(_ header: AgeHeader) throws(EnvelopeError) {
        original = header.stanzas.filter { $0.type != HeaderPadding.type }
        stanzas = original
        keysBefore = try Self.keys(original)
        keys = keysBefore
    }

    /// The KMS keys of the stanzas, as of the last `settle()`.
    private(set) var keys: [KeyVersionName]

    var isChanged: Bool { stanzas != original }

    /// Checks what a header must be.
    /// - Throws: `invalidRecipients`.
    mutating func settle(name: String) throws(EnvelopeError) {
        guard !stanzas.isEmpty else {
            throw EnvelopeError(.invalidRecipients, "\(name): would have no recipient left, and nobody could ever open it")
        }
        do throws(EnvelopeError) {
            stanzas = try RecipientStanzas.combined([RecipientStanzas(stanzas)])
        } catch {
            throw EnvelopeError(error.code, "\(name): \(error)")
        }
        keys = try Self.keys(stanzas)
    }

    private static func keys(_ stanzas: [Stanza]) throws(EnvelopeError) -> [KeyVersionName] {
        var keys: [KeyVersionName] = []
        for stanza in stanzas where stanza.type == KMSKeyStanza.type { keys.append(KeyVersionName(try KMSKeyStanza(stanza).wrapped)) }
        return keys
    }
}
