import Envelope
import OpenSSL
import Synchronization

/// Passphrases of files, and of identities that open files: from an option, or typed. Each question is put once in a run.
final class FilePassphrases: Sendable {
    private final class Answer: Sendable {
        let passphrase: SecretBytes

        init(_ passphrase: consuming SecretBytes) { self.passphrase = passphrase }
    }

    private let options: UnlockOptions
    private let session: Session
    private let answers = Mutex<[String: Answer]>([:])

    init(_ options: UnlockOptions, in session: Session) {
        self.options = options
        self.session = session
    }

    var source: PassphraseSource {
        { [self] prompt async throws(EnvelopeError) -> SecretBytes in
            do {
                return try answer(to: prompt)
            } catch let error as EnvelopeError {
                throw error
            } catch let error as CommandError where error == .interrupted {
                throw EnvelopeError(.cancelled, "cancelled")
            } catch {
                throw EnvelopeError(.passphraseUnavailable, Failure(error).message)
            }
        }
    }

    /// Whoever asks the same at the same time waits for the answer.
    private func answer(to prompt: String) throws -> SecretBytes {
        if let given = try options.readPassphrase(in: session) { return given }
        return try answers.withLock { answers in
            if let known = answers[prompt] { return try known.passphrase.copy() }
            let typed = Answer(
                try session.context.readPassphrase(prompt: visible(prompt), alternative: "give --passphrase-file or --passphrase-fd"))
            answers[prompt] = typed
            return try typed.passphrase.copy()
        }
    }
}
