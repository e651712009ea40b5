import ArgumentParser
import OpenSSL

/// What opens a seal of the store. Without any of these a key file seal opens by itself, and else the passphrase is asked for.
struct UnlockOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read the passphrase from this file: the store's, or the one of a file or an identity that has one.",
            discussion: "For the store, the environment variable COFFER_PASSPHRASE_FILE does the same.",
            valueName: "path"), completion: .file())
    var passphraseFile: String?

    @Option(name: .long, help: ArgumentHelp("Read the passphrase from this open file descriptor.", valueName: "number"))
    var passphraseFD: Int32?

    @Option(
        name: .long, help: ArgumentHelp("Open the store with this key file or recovery identity.", valueName: "path"), completion: .file())
    var storeIdentity: String?

    /// The passphrase that an option names; nil when none does.
    func readPassphrase(in session: Session) throws -> SecretBytes? {
        if let passphraseFile { return try SecretFile.readPassphrase(path: passphraseFile) }
        if let passphraseFD { return try session.readPassphrase(fromDescriptor: passphraseFD) }
        return nil
    }

    func validate() throws {
        guard [passphraseFile != nil, passphraseFD != nil, storeIdentity != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("give only one of --passphrase-file, --passphrase-fd and --store-identity")
        }
        guard passphraseFD.map({ $0 >= 0 }) ?? true else { throw ValidationError("--passphrase-fd is not a file descriptor") }
    }
}
