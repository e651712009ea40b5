import OpenSSL

/// Where a person types a passphrase.
protocol PassphraseTerminal: Sendable {
    /// Asks once, with echo off. Returns the typed line without its end, which may be empty.
    /// - Parameter alternative: what else a person can do where there is no terminal: a hint.
    /// - Throws: `CommandError` with code `noCredential` when there is no terminal or the input ended.
    func readPassphrase(prompt: String, alternative: String) throws -> SecretBytes
    /// Whether anybody can be asked.
    var isAvailable: Bool { get }
}
