import Envelope
import OpenSSL

/// The terminal of the age client that started us.
struct PluginTerminal: PassphraseTerminal {
    let prompter: PluginPrompter

    var isAvailable: Bool { true }

    func show(_ secret: borrowing SecretBytes) throws {
        throw CommandError(.noCredential, "the age client has no terminal to show a secret on")
    }

    func readLine(prompt: String, echo: Bool, alternative: String) throws -> SecretBytes {
        guard let secret = try prompter.requestSecret("Passphrase of the coffer store") else {
            throw CommandError(
                .noCredential, "the age client cannot ask for a passphrase: let COFFER_PASSPHRASE_FILE name a file that holds it")
        }
        return secret
    }
}
