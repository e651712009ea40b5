import AgeFormat
public import KeyStore
public import OpenSSL
import Synchronization

/// A passphrase as the only recipient of a file: whoever knows it can open the file, and could have made it.
public struct PassphraseRecipient: Recipient {
    private let shared: Shared
    private let logN: Int

    /// One secret for all copies of the value.
    private final class Shared: Sendable {
        private let passphrase: SecretBytes
        private let turn = Mutex<Void>(())

        init(_ passphrase: consuming SecretBytes) { self.passphrase = passphrase }

        /// For one file at a time, because of the memory that it takes.
        func wrap(_ fileKey: borrowing FileKey, logN: Int) throws(KeyStoreError) -> Stanza {
            try turn.withLock { _ throws(KeyStoreError) in try fileKey.stanza(passphrase: passphrase, logN: logN) }
        }
    }

    /// - Parameters:
    ///   - passphrase: 1 to 1024 bytes.
    ///   - logN: scrypt's work factor, 1 to 22; 18 takes about a second and 256 MiB, for who seals, opens or guesses.
    /// - Throws: `invalidRecipients` when one of them is out of its range.
    public init(passphrase: consuming SecretBytes, logN: Int = ScryptStanza.defaultLogN) throws(EnvelopeError) {
        do { try ScryptStanza.validate(passphrase: passphrase, logN: logN) } catch {
            throw EnvelopeError(.invalidRecipients, error.message)
        }
        shared = Shared(passphrase)
        self.logN = logN
    }

    public func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
        do { return RecipientStanzas(try shared.wrap(fileKey, logN: logN)) } catch {
            throw EnvelopeError(error, while: "wrapping the file key under a passphrase")
        }
    }
}
