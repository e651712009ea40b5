import ArgumentParser
import AuditTrail
import KeyCatalog
import KeyStore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct Init: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a store for keys.",
        discussion: """
            $ coffer init                                    asks for a passphrase twice
            $ coffer init --seal keyfile:/etc/coffer/key     opens by itself, for services
            $ coffer init --seal passphrase --seal recovery:age1…

            --region and --account become part of every ARN and cannot be changed later.

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: SealArgument.help) var seal: [SealArgument] = []
    @Option(name: .long, help: "The region in ARNs.") var region = "us-east-1"
    @Option(name: .long, help: "The account in ARNs, 12 digits.") var account = "000000000000"
    @OptionGroup var newPassphrase: NewPassphraseOptions
    @OptionGroup(title: "Global options") var output: OutputOptions
    @OptionGroup var home: HomeOption

    var outputOptions: OutputOptions { output }

    /// The first one is made with the store, and a recovery seal alone would be no daily way in.
    private var seals: [SealArgument] {
        let all = seal.isEmpty ? [.passphrase] : seal
        return all.filter { !$0.isRecovery } + all.filter(\.isRecovery)
    }

    func validate() throws {
        guard seal.count(where: { $0 == .passphrase }) <= 1 else {
            throw ValidationError("give --seal passphrase once; `coffer seal add passphrase` adds another")
        }
        guard !newPassphrase.isGiven || seals.contains(.passphrase) else {
            throw ValidationError("a new passphrase is given, but --seal asks for none")
        }
        guard seals.contains(where: { !$0.isRecovery }) else {
            throw ValidationError("a store needs a seal for daily use: add --seal passphrase or --seal keyfile:PATH")
        }
    }

    func run(in session: Session) async throws {
        let context = session.context
        try context.protectProcess()
        let identity = try StoreIdentity(region: region, accountID: account)
        for case .recovery(let recipient) in seals { _ = try AgeRecipient(recipient) }
        let files = StoreFiles(directory: home.path(in: context))
        try Self.requireNoStore(at: files)
        // No file of the store is made until its first seal is there: a passphrase that was mistyped leaves nothing.
        let service = try seals[0].make(newPassphrase: newPassphrase, in: session) { seal in
            try Directory.create(files.directory)
            let catalog = try KeyCatalog(path: files.catalog, access: .createIfMissing)
            do {
                let environment = OpenStore.environment(catalog, try AuditTrail(path: files.auditTrail), in: context)
                return try LocalKeyService.initialize(environment, identity: identity, seal: seal, label: seals[0].defaultLabel)
            } catch let error as KeyStoreError where error.code == .auditUnavailable {
                guard try AuditTrail(path: files.auditTrail, access: .readOnly).position().sequence > 0 else { throw error }
                throw CommandError(
                    .fileExists, "\(files.auditTrail) has events of another store, whose keys are not there: \(error.message)",
                    hint: "put its keys.sqlite back from a backup; or move the trail away, which stays evidence, and begin anew")
            }
        }
        try addFurtherSeals(to: service, at: files, in: session)
        if !seals.contains(where: \.isRecovery) {
            session.output.note("hint: if the seal is lost, so are the keys; add a way back with `coffer seal add recovery:age1…`")
        }
        try session.output.render(InitResult(directory: files.directory, region: identity.region, accountId: identity.accountID))
    }

    private static func requireNoStore(at files: StoreFiles) throws {
        guard access(files.directory, F_OK) == 0 else { return }
        try Directory.requirePrivate(files.directory)
        guard access(files.catalog, F_OK) == 0 else { return }
        guard try !LocalKeyService.isInitialized(KeyCatalog(path: files.catalog, access: .createIfMissing)) else {
            throw KeyStoreError(.storeAlreadyExists, "there is a store at \(files.directory) already")
        }
    }

    private func addFurtherSeals(to service: LocalKeyService, at files: StoreFiles, in session: Session) throws {
        for argument in seals.dropFirst() {
            do {
                _ = try argument.make(newPassphrase: newPassphrase, in: session) { seal in
                    try service.addSeal(seal, label: argument.defaultLabel)
                }
            } catch {
                session.output.warn("the store at \(files.directory) was made, but not all of its seals: see `coffer seal list`")
                throw error
            }
        }
    }
}

private struct InitResult: CommandResult {
    let directory: String
    let region: String
    let accountId: String

    var text: String { "made a store at \(directory)\n" }
}
