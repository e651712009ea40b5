public import OpenSSL

/// Where a passphrase comes from: somebody at a terminal, or a file.
///
/// - Parameter prompt: what to ask, whole, for example `Passphrase of the file: `.
/// - Throws: `passphraseUnavailable` when there is nobody to ask.
public typealias PassphraseSource = @Sendable (_ prompt: String) async throws(EnvelopeError) -> SecretBytes
