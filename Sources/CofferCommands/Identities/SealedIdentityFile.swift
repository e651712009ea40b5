import AgeFormat
import Envelope
import KeyStore
import OpenSSL

/// An identity file under a passphrase, as `age-keygen | age -p` makes it. The passphrase is asked for when a file may need one
/// of the identities.
actor SealedIdentityFile: Identity {
    private let path: String
    private let keys: Keys
    /// Empty for a wrong passphrase.
    private var outcome: Result<[any Identity], EnvelopeError>?

    init(path: String, keys: Keys) {
        self.path = path
        self.keys = keys
    }

    func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
        guard stanzas.contains(where: { $0.type != ScryptStanza.type }) else { return .refused([]) }
        let identities = try await identities()
        guard !identities.isEmpty else { return .refused([Refusal(key: path, reason: .wrongPassphrase)]) }
        var refusals: [Refusal] = []
        for identity in identities {
            switch try await identity.unwrap(stanzas) {
            case .opened(let fileKey, let key): return .opened(fileKey, by: key)
            case .refused(let more): refusals += more
            }
        }
        return .refused(refusals)
    }

    private func identities() async throws(EnvelopeError) -> [any Identity] {
        if let outcome { return try outcome.get() }
        let new: Result<[any Identity], EnvelopeError>
        do throws(EnvelopeError) {
            let contents = try await keys.openSealed(path)
            new = .success(try keys.parse(contents, name: path))
        } catch {
            let isWrong = error.refusals.contains { $0.reason == .wrongPassphrase }
            new = isWrong ? .success([]) : .failure(error)
        }
        outcome = new
        return try new.get()
    }
}
