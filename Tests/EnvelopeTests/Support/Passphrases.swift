import Envelope
import OpenSSL
import Synchronization
import TestSupport

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
