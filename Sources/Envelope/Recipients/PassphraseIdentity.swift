public import AgeFormat
import KeyStore
import OpenSSL
import Synchronization

/// A passphrase, for files that were sealed under one; asked for only when a file is.
public struct PassphraseIdentity: Identity {
    private static let name = "passphrase"
    private let source: PassphraseSource
    private let turn = Turn()

    /// Opening takes much memory, so that it is done for one file at a time.
    private final class Turn: Sendable {
        private let mutex = Mutex<Void>(())

        func open(_ stanza: ScryptStanza, _ passphrase: borrowing SecretBytes) throws(KeyStoreError) -> FileKey? {
            try mutex.withLock { _ throws(KeyStoreError) in try stanza.open(passphrase: passphrase) }
        }
    }

    public init(_ source: @escaping PassphraseSource) { self.source = source }

    /// Opening takes the time and the memory that the file says, up to scrypt's N = 2²². That the stanza stands alone in its header was seen to
    /// before (`AgeHeader.unlock`).
    public func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
        guard let stanza = stanzas.first(where: { $0.type == ScryptStanza.type }) else { return .refused([]) }
        let received: ScryptStanza
        do { received = try ScryptStanza(stanza) } catch { throw EnvelopeError(stanza: error) }
        let passphrase = try await source("Passphrase of the file: ")
        do throws(KeyStoreError) {
            if let fileKey = try turn.open(received, passphrase) { return .opened(fileKey, by: Self.name) }
        } catch { throw EnvelopeError(stanza: error) }
        return .refused([Refusal(key: Self.name, reason: .wrongPassphrase)])
    }
}
