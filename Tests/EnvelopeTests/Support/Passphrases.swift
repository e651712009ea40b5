import Envelope
import OpenSSL
import Synchronization

/// Somebody who is asked for a passphrase, and counts how often.
final class Asked: Sendable {
    private let passphrase: String?
    private let prompts = Mutex<[String]>([])

    /// - Parameter passphrase: nil when nobody is there.
    init(_ passphrase: String?) { self.passphrase = passphrase }

    var questions: [String] { prompts.withLock { $0 } }

    var source: PassphraseSource {
        { prompt async throws(EnvelopeError) in try self.answer(prompt) }
    }

    private func answer(_ prompt: String) throws(EnvelopeError) -> SecretBytes {
        prompts.withLock { $0.append(prompt) }
        guard let passphrase else { throw EnvelopeError(.passphraseUnavailable, "nobody is there") }
        do { return try secret(passphrase) } catch { preconditionFailure("\(error)") }
    }
}

/// A secret with known bytes.
func secret(_ text: String) throws(OpenSSLError) -> SecretBytes { try secret(Array(text.utf8)) }

func secret(_ bytes: [UInt8]) throws(OpenSSLError) -> SecretBytes { try SecretBytes(copying: bytes.bytes) }

/// What is in a secret: tests may look.
func revealed(_ secret: borrowing SecretBytes) -> [UInt8] { secret.withUnsafeBytes { [UInt8]($0) } }
