import AgeFormat
import KeyStore

/// The stanza type `scrypt`: a file key under a passphrase. It stands alone in its header (age v1, "The scrypt recipient type").
enum PassphraseStanza {
    /// Whoever knows the passphrase made the file. A further recipient would make that untrue, so such a header is malformed.
    static func requireAlone(_ stanzas: [Stanza]) throws(EnvelopeError) {
        guard stanzas.count == 1 || !stanzas.contains(where: { $0.type == ScryptStanza.type }) else {
            throw EnvelopeError(.damagedHeader, "malformed age header: a passphrase stanza must be the only one")
        }
    }
}
