import ArgumentParser
import OpenSSL

/// A command of `coffer`: it parses, asks the library once, and renders.
protocol CofferCommand: AsyncParsableCommand {
    var outputOptions: OutputOptions { get }
    func run(in session: Session) async throws
}

extension CofferCommand {
    /// `CofferApplication` runs commands with a context. This is the way in for a program that parses by itself.
    func run() async throws { try await run(in: Session(.process(), outputOptions)) }
}

/// A command that works on an open store.
protocol StoreCommand: CofferCommand {
    var options: StoreOptions { get }
    /// Refuses what can be refused before anybody is asked for a passphrase.
    func check(in session: Session) throws
    func run(on store: OpenStore, in session: Session) async throws
}

extension StoreCommand {
    var outputOptions: OutputOptions { options.output }

    func check(in session: Session) throws {}

    func run(in session: Session) async throws {
        try check(in: session)
        try await run(on: OpenStore.open(options, in: session), in: session)
    }
}

/// A command on files, which needs the store only where a KMS key is involved.
protocol FileCommand: CofferCommand {
    var options: StoreOptions { get }
    func run(with store: LazyStore, in session: Session) async throws
}

extension FileCommand {
    var outputOptions: OutputOptions { options.output }

    func run(in session: Session) async throws {
        try session.context.protectProcess()
        let store = LazyStore(options, in: session)
        do {
            try await run(with: store, in: session)
        } catch {
            throw await store.failure ?? error
        }
    }
}

/// One run of a command: the world around it and its voice.
struct Session: Sendable {
    let context: CommandContext
    let output: Output
    private let descriptors = DescriptorPassphrases()

    init(_ context: CommandContext, _ options: OutputOptions) {
        self.context = context
        self.output = Output(context, options)
    }

    /// A descriptor can be read once, and what it gave may be asked for again.
    func readPassphrase(fromDescriptor number: Int32) throws -> SecretBytes { try descriptors.read(number) }
}
