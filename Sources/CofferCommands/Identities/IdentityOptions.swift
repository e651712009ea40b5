import ArgumentParser
import Envelope
import KeyStore
import OpenSSL

/// What opens files besides the keys of the store.
struct IdentityOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "An identity that opens the files: a file of age-keygen or coffer identity, an ssh private key, or a plugin's; may be repeated.",
            valueName: "file"), completion: .file())
    var identity: [String] = []

    /// All that can open files, in the order in which it is tried: the identities that are named, a passphrase, the keys of the store.
    ///
    /// With identities alone, a store is no more than one more way, so that there need not be one.
    func read(expecting context: KMSKeyIdentity.ExpectedContext, _ keys: Keys) throws -> [any Identity] {
        try keys.session.context.protectProcess()
        var identities: [any Identity] = []
        for path in identity { identities += try keys.identities(inFile: path) }
        identities.append(PassphraseIdentity(keys.passphrases.source))
        if identity.isEmpty || keys.store.exists { identities.append(keys.store.identity(expecting: context)) }
        return identities
    }
}
