import KeyStore
import OpenSSL
import SystemPackage

/// Finds what opens a store: what the user names, else a key file that is there, else a passphrase that is asked for.
struct Unlocking {
    let options: UnlockOptions
    let session: Session

    func credential(for seals: [SealDescription]) throws -> SealCredential {
        if let path = options.storeIdentity {
            return .identity(try AgeIdentity(fileContents: SecretFile.readIdentity(path: path)))
        }
        if let passphrase = try namedPassphrase() { return .passphrase(passphrase) }
        for seal in seals {
            if let path = seal.keyFilePath, let identity = try SecretFile.readIdentity(ifPresent: path) {
                return .identity(try AgeIdentity(fileContents: identity))
            }
        }
        guard seals.contains(where: { $0.kind == .passphrase }) else {
            throw CommandError(
                .noCredential, "the store is sealed, and none of its key files is here",
                hint: "name a key file or a recovery identity with --store-identity")
        }
        let alternative = "give --passphrase-file, --passphrase-fd or --store-identity, or set COFFER_PASSPHRASE_FILE"
        return .passphrase(try session.context.readPassphrase(prompt: "Passphrase: ", alternative: alternative))
    }

    /// From an option or the environment; nil when none names a passphrase.
    func namedPassphrase() throws -> SecretBytes? {
        if let passphrase = try options.readPassphrase(in: session) { return passphrase }
        guard let path = session.context.environment["COFFER_PASSPHRASE_FILE"], !path.isEmpty else { return nil }
        return try SecretFile.readPassphrase(path: path)
    }
}
