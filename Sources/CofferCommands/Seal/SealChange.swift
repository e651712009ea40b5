import ArgumentParser
import KeyStore

struct SealChange: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Replace a seal: a new passphrase, a new key file, another recovery identity.",
        discussion: """
            The new seal is proven to open the store before the old one goes; if anything
            interrupts, one of them works. Whoever has an old copy of the store and the
            old passphrase can still open that copy: see `coffer seal rotate-root`.

            $ coffer seal change 3f2a…                 asks for a new passphrase twice
            $ coffer seal change 3f2a… keyfile:/etc/coffer/key-2

            \(ExitStatus.help)
            """)

    @Argument(help: "The seal's id, or its beginning.") var id: String
    @Argument(help: SealArgument.help) var seal: SealArgument = .passphrase
    @Option(name: .long, help: "What to call it; unchanged if left out.") var label: String?
    @OptionGroup var newPassphrase: NewPassphraseOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let old = try SealReference.resolve(id, in: store)
        let changed = try seal.make(newPassphrase: newPassphrase, in: session) { seal in
            try store.service.changeSeal(id: old.id, to: seal, label: label)
        }
        if let path = old.keyFilePath, path != changed.keyFilePath {
            session.output.note("the old key file \(path) opens nothing here any more; remove it if you have no other use for it")
        }
        try session.output.render(SealResult(changed))
    }
}

/// Seals are named by their ids, or by as much of one as is unambiguous.
enum SealReference {
    /// Less is a slip, like a variable that is not set, and no name.
    private static let minimumLength = 4

    static func resolve(_ text: String, in store: OpenStore) throws -> SealDescription {
        guard text.utf8.count >= minimumLength else {
            throw CommandError(.usage, "a seal is named by at least \(minimumLength) digits of its id", hint: "see `coffer seal list`")
        }
        let candidates = try LocalKeyService.seals(store.catalog).filter { $0.id.hasPrefix(text.lowercased()) }
        guard let seal = candidates.first else {
            throw KeyStoreError(.notFound, "there is no seal \(text.prefix(64))")
        }
        guard candidates.count == 1 else {
            throw CommandError(
                .usage, "\(candidates.count) seals begin with \(text.prefix(64))", hint: "give more of the id; see `coffer seal list`")
        }
        return seal
    }
}
