import AgeFormat
import KeyStore

extension RecipientStanzas {
    /// The stanzas of all recipients of one file, if they can be mixed.
    /// - Throws: `invalidRecipients`.
    static func combined(_ wrapped: [RecipientStanzas]) throws(EnvelopeError) -> [Stanza] {
        let stanzas = wrapped.flatMap(\.stanzas)
        guard stanzas.count == 1 || !stanzas.contains(where: { $0.type == ScryptStanza.type }) else {
            throw EnvelopeError(.invalidRecipients, "a file is sealed under a passphrase alone, or for other recipients, not for both")
        }
        guard wrapped.allSatisfy({ $0.labels == wrapped[0].labels }) else {
            let labels = wrapped.reduce(into: Set<String>()) { $0.formUnion($1.labels) }.sorted().joined(separator: ", ")
            throw EnvelopeError(.invalidRecipients, "these recipients cannot be mixed: only some of them are \"\(labels)\"")
        }
        guard stanzas.count(where: { $0.type == KMSKeyStanza.type }) <= KMSKeyStanza.maximumCountPerFile else {
            throw EnvelopeError(.invalidRecipients, "a file can be sealed for \(KMSKeyStanza.maximumCountPerFile) KMS keys at most")
        }
        return stanzas
    }
}
