import ArgumentParser
import Envelope
import KeyStore

struct Verify: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that sealed files are whole and that your keys open them; writes nothing.",
        discussion: """
            With --sample, some chunks of each file are opened, at random, and the last:
            that finds a cut file and most of a damaged disk in a fraction of the time, and
            is no proof.

            $ coffer verify db.dump.age
            $ coffer verify -i key.txt *.age
            $ coffer verify --recursive /mnt/photos
            $ coffer verify --sample 1% disk.img.age
            $ ssh store cat app.age | coffer verify

            \(ExitStatus.help)
            """)

    @OptionGroup var identities: IdentityOptions
    @OptionGroup var expectation: ContextExpectation
    @Option(name: .long, help: SampleArgument.help) var sample: SampleArgument?
    @OptionGroup(title: "Files") var operands: FileOperands
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws { try requireOneStandardInput(operands.readsStandardInput, identities.identity.contains("-")) }

    func run(with store: LazyStore, in session: Session) async throws {
        let identities = try identities.read(expecting: expectation.parse(), Keys(options.unlock, store, in: session))
        let work = SealedTree.Work.verify(SealedFileOpener(identities: identities), sample: sample?.fraction)
        let run = FileRun(work, verb: "verifying", options.output, store, in: session)
        let names = session.context.arguments
        if let folder = operands.recursive { return try await run.run(tree: names.path(folder), to: nil, existing: .keep) }
        let files: [String?] = operands.readsStandardInput ? [nil] : operands.files
        try await run.run(files.map { FilePlan(reading: $0, in: session.context) })
    }
}
