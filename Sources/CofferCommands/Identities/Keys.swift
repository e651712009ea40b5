import Envelope
import KeyStore
import OpenSSL
import SystemPackage

/// Where recipients and identities come from in one run: files, plugins, the store, and somebody who is asked.
struct Keys: Sendable {
    let store: LazyStore
    let session: Session
    let passphrases: FilePassphrases
    let plugins: any PluginProvider

    init(_ options: UnlockOptions, _ store: LazyStore, in session: Session) {
        self.store = store
        self.session = session
        passphrases = FilePassphrases(options, in: session)
        let environment = session.context.environment
        let installed = InstalledPlugins(
            searchPath: environment["PATH"] ?? "", environment: environment, interaction: TerminalInteraction(session: session))
        plugins = Plugins(installed: installed, store: store)
    }

    /// The identities of a file; of one that is sealed itself, an identity that opens the file at the first need.
    func identities(inFile path: String) throws -> [any Identity] {
        let contents = try readIdentities(path)
        guard !IdentityFile.isSealed(contents) else { return [SealedIdentityFile(path: try Self.named(path), keys: self)] }
        return try parse(contents, name: Self.name(path))
    }

    /// The content of an identity file; of one that is sealed itself, what is in it.
    func openIdentities(inFile path: String) async throws -> SecretBytes {
        let contents = try readIdentities(path)
        guard IdentityFile.isSealed(contents) else { return contents }
        return try await openSealed(try Self.named(path))
    }

    func openSealed(_ path: String) async throws(EnvelopeError) -> SecretBytes {
        let passphrases = passphrases.source
        let identity = PassphraseIdentity { _ async throws(EnvelopeError) -> SecretBytes in
            try await passphrases("Passphrase of the identity file \(path): ")
        }
        return try await SealedFileOpener(identities: [identity]).openSecret(
            .file(FilePath(path)), atMost: IdentityFile.maximumByteCount)
    }

    func parse(_ contents: borrowing SecretBytes, name: String) throws(EnvelopeError) -> [any Identity] {
        try IdentityFile.parse(contents, name: name, passphrase: passphrases.source, plugins: plugins)
    }

    private func readIdentities(_ path: String) throws -> SecretBytes {
        guard path == "-" else { return try SecretFile.readAgeIdentity(path: path) }
        return try SecretFile.read(session.context.standardInput, named: "stdin", atMost: IdentityFile.maximumByteCount)
    }

    static func name(_ path: String) -> String { path == "-" ? "stdin" : path }

    /// A sealed file is read a second time, which stdin cannot be.
    private static func named(_ path: String) throws -> String {
        guard path != "-" else {
            throw CommandError(.usage, "an identity file that is sealed itself cannot come from stdin", hint: "name the file")
        }
        return path
    }
}
