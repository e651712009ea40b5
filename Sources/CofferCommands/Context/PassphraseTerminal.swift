import OpenSSL

/// Where a person types a passphrase, or answers another question.
protocol PassphraseTerminal: Sendable {
    /// Asks once. Returns the typed line without its end, which may be empty.
    /// - Parameters:
    ///   - echo: whether what is typed is seen.
    ///   - alternative: what else a person can do where there is no terminal: a hint.
    /// - Throws: `CommandError` with code `noCredential` when there is no terminal or the input ended.
    func readLine(prompt: String, echo: Bool, alternative: String) throws -> SecretBytes
    /// Shows what must not go into a stream that may be kept: a secret that a person takes over. Whole lines.
    /// - Throws: `CommandError` with code `noCredential` when there is no terminal.
    func show(_ secret: borrowing SecretBytes) throws
    /// Whether anybody can be asked.
    var isAvailable: Bool { get }
}

extension CommandContext {
    /// Asks for a passphrase, with echo off. What is shown on the terminal's last line is taken away first.
    /// - Throws: `CommandError` with code `noCredential` when there is no terminal or the input ended.
    func readPassphrase(prompt: String, alternative: String) throws -> SecretBytes {
        try statusLine.whileHidden { try terminal.readLine(prompt: prompt, echo: false, alternative: alternative) }
    }
}
