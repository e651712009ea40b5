import ArgumentParser
import Envelope
import KeyStore

struct Verify: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that a sealed file is whole and that your keys open it; writes nothing.",
        discussion: """
            $ coffer verify db.dump.age
            $ ssh store cat app.age | coffer verify

            \(ExitStatus.help)
            """)

    @OptionGroup var expectation: ContextExpectation
    @Argument(help: "The sealed file; stdin if it is - or left out.", completion: .file(extensions: ["age"])) var file: String?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(with store: LazyStore, in session: Session) async throws {
        let identity = store.identity(expecting: try expectation.parse())
        let name = file.flatMap { $0 == "-" ? nil : $0 } ?? "stdin"
        let progress = Progress("verifying", Workload.of([file]), options: options.output, in: session.context)
        defer { progress.clear() }
        let monitor = progress.begin(name, byteCount: Workload.size(of: file))
        let summary = try await SealedFileOpener(identities: [identity], monitor: monitor)
            .verify(FilePlan.input(file, in: session.context))
        progress.clear()
        try session.output.render(VerifiedFileResult(file: name, summary: summary))
    }
}

private struct VerifiedFileResult: CommandResult {
    let file: String
    let intact = true
    let openedBy: String?
    let plaintextByteCount: UInt64
    let sealedByteCount: UInt64

    private enum CodingKeys: CodingKey { case file, intact, openedBy, plaintextByteCount, sealedByteCount }

    init(file: String, summary: SealedFileSummary) {
        self.file = file
        openedBy = summary.openedBy
        plaintextByteCount = summary.plaintextByteCount
        sealedByteCount = summary.fileByteCount
    }

    var text: String { "\(file): intact, \(plaintextByteCount) bytes, opened by \(openedBy ?? "nobody")\n" }
}
