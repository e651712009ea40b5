import AgeFormat
import Envelope
import KeyStore

/// What is known of a recipient from its stanza alone.
struct RecipientDescription {
    /// For people, without the type; nil for a type that says nothing more.
    let text: String?
    /// An ssh key's or a plugin's mark by which its owner knows it.
    var tag: String?
    /// scrypt's, of a passphrase.
    var workFactor: Int?

    init(_ stanza: Stanza) {
        let first = stanza.arguments.first
        switch stanza.type {
        case "X25519": text = "an age1… recipient"
        case ScryptStanza.type:
            workFactor = stanza.arguments.last.flatMap { Int($0) }
            text = "a passphrase" + (workFactor.map { ", work factor \($0)" } ?? "")
        case "ssh-ed25519", "ssh-rsa":
            tag = first
            text = "an ssh key" + (first.map { ", \($0)" } ?? "")
        case "mlkem768x25519": text = "a post-quantum recipient, age1pq1… (ML-KEM-768 with X25519)"
        case "mlkem768p256tag":
            tag = first
            text = "a post-quantum recipient, age1tagpq1… (ML-KEM-768 with P-256)"
        case "p256tag":
            tag = first
            text = "a hardware key, age1tag1… (P-256)"
        default:
            text = Self.plugins[stanza.type].map { "the plugin age-plugin-\($0)" } ?? Self.unknown(stanza.type)
        }
    }

    /// Stanza types of plugins that are in wide use.
    private static let plugins = [
        "piv-p256": "yubikey", "tpm-ecc": "tpm", "fido2-hmac": "fido2-hmac", "se-p256": "se", "trezor": "trezor", "sss": "sss",
        "tlock": "tlock",
    ]

    private static func unknown(_ type: String) -> String {
        type.hasSuffix("-grease")
            ? "nobody: filler, which readers have to pass over" : "of a kind that is not known here, perhaps a plugin's"
    }
}
