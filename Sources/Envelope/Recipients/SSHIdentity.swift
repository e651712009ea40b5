public import AgeFormat
import KeyStore
public import OpenSSL

/// An ssh private key, for files that were sealed for its public half.
///
/// The public half of an encrypted key stands in the clear, so that its passphrase is asked for only when a file names the key; the key then
/// stays open as long as this value and its copies live.
public struct SSHIdentity: Identity {
    /// How often one file may name the key, so that a hostile header cannot cost thousands of decryptions.
    static let maximumCountPerFile = 64

    private let file: SSHPrivateKeyFile
    private let name: String
    private let passphrase: PassphraseSource

    public var publicKey: SSHPublicKey { file.publicKey }

    /// Reads a file of OpenSSH's own form (RFC 7468 around OpenSSH's PROTOCOL.key), or an unencrypted one of PKCS#8 or PKCS#1.
    ///
    /// - Parameters:
    ///   - name: how a person names the file, for errors and for the question.
    ///   - passphrase: asked when the key is encrypted and is needed.
    /// - Throws: `malformedKey`.
    public init(
        contents: borrowing SecretBytes, name: String, passphrase: @escaping PassphraseSource
    ) throws(EnvelopeError) {
        do { file = try SSHPrivateKeyFile(contents) } catch {
            throw EnvelopeError(error.code, "\(name): \(error)", keyStoreError: error.keyStoreError)
        }
        self.name = name
        self.passphrase = passphrase
    }

    public func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
        // All are read before the first is tried: a malformed header is refused as a whole.
        let candidates = try candidates(stanzas)
        guard !candidates.isEmpty else { return .refused([]) }
        guard let key = try await file.privateKey(name: name, passphrase) else {
            return .refused([Refusal(key: name, reason: .wrongPassphrase)])
        }
        for stanza in candidates {
            if let fileKey = try key.open(stanza) { return .opened(fileKey, by: name) }
        }
        return .refused([
            Refusal(key: name, reason: .keyService(KeyStoreError(.invalidCiphertext, "the file names this key, but was not sealed for it")))
        ])
    }

    private func candidates(_ stanzas: [Stanza]) throws(EnvelopeError) -> [SSHStanza] {
        var candidates: [SSHStanza] = []
        for stanza in stanzas where stanza.type == publicKey.type {
            do throws(KeyStoreError) {
                if let stanza = try SSHStanza(stanza), stanza.tag == publicKey.tag { candidates.append(stanza) }
            } catch { throw EnvelopeError(stanza: error) }
            guard candidates.count <= Self.maximumCountPerFile else {
                throw EnvelopeError(.damagedHeader, "the file names one ssh key more than \(Self.maximumCountPerFile) times")
            }
        }
        return candidates
    }
}
