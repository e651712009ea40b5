import ArgumentParser
import Envelope
import KeyStore

struct Encrypt: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt", abstract: "Seal a file under one or several keys.",
        discussion: """
            FILE becomes FILE.age, an age v1 file; FILE stays. The context is public, is
            written into the file, and cannot be changed without the file refusing to
            open. Each of several keys alone opens the file.

            $ coffer encrypt -k backups --context purpose=nightly db.dump
            $ pg_dump app | coffer encrypt -k backups | ssh store 'cat > app.age'
            $ coffer encrypt -k backups -k offsite -o /mnt/db.age db.dump

            \(ExitStatus.help)
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("A key that can open the file; may be repeated.", valueName: "key"))
    var key: [KeyReference] = []

    @Option(name: .long, help: ArgumentHelp("One pair of the encryption context; may be repeated.", valueName: "name=value"))
    var context: [String] = []

    @Argument(help: "The file to seal; stdin if it is - or left out.", completion: .file()) var file: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The sealed file; - is stdout.", valueName: "file"), completion: .file())
    var output: String?

    @Flag(name: .shortAndLong, help: "Replace an existing output file.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard !key.isEmpty else { throw ValidationError("name a key with --key") }
        try requireFileForJSON(options.output, file: file, output: output)
    }

    func run(with store: LazyStore, in session: Session) async throws {
        let encryptionContext = try ContextArgument.parsePairs(context, option: "--context")
        let plan = try FilePlan(file: file, output: output, force: force, in: session.context) { $0 + FilePlan.sealedSuffix }
        let service = try await store.open().service
        let recipients = try await KeyReference.distinct(key, in: service, noting: session.output).map {
            KMSKeyRecipient(keyID: $0.serviceName, encryptionContext: encryptionContext, service: service)
        }
        let progress = Progress("sealing", Workload.of([file]), options: options.output, in: session.context)
        defer { progress.clear() }
        session.context.interruption.allowGrace()
        let monitor = progress.begin(plan.inputName, byteCount: Workload.size(of: file))
        let summary = try await SealedFileWriter(recipients: recipients, monitor: monitor).seal(plan.input, to: plan.output)
        guard let path = plan.outputPath else { return }
        try session.output.render(FileResult(input: plan.inputName, output: path, summary: summary))
    }
}

/// The result as JSON and the sealed bytes cannot both go to stdout.
func requireFileForJSON(_ options: OutputOptions, file: String?, output: String?) throws {
    guard options.json else { return }
    let goesToStandardOutput = output.map { $0 == "-" } ?? (file == nil || file == "-")
    guard !goesToStandardOutput else { throw ValidationError("--json writes to stdout; name an --output file for the bytes") }
}

/// What became of a file.
struct FileResult: CommandResult {
    let input: String
    let output: String
    let plaintextByteCount: UInt64
    let sealedByteCount: UInt64
    let openedBy: String?

    init(input: String, output: String, summary: SealedFileSummary) {
        self.input = input
        self.output = output
        plaintextByteCount = summary.plaintextByteCount
        sealedByteCount = summary.fileByteCount
        openedBy = summary.openedBy
    }

    /// Silence is success, as with cp.
    var text: String { "" }
}
