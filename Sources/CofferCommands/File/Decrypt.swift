import ArgumentParser
import Envelope
import KeyStore

struct Decrypt: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt", abstract: "Open a sealed file.",
        discussion: """
            FILE.age becomes FILE, which appears only when all of it was found authentic.
            A pipe gets authentic bytes only, but gets them before the end is seen: mind
            the exit status. With --context the file must have been sealed under exactly
            that one.

            $ coffer decrypt db.dump.age
            $ coffer decrypt --context purpose=nightly -o restored.dump db.dump.age
            $ ssh store cat app.age | coffer decrypt | psql app

            \(ExitStatus.help)
            """)

    @OptionGroup var expectation: ContextExpectation
    @Argument(help: "The sealed file; stdin if it is - or left out.", completion: .file(extensions: ["age"])) var file: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The opened file; - is stdout.", valueName: "file"), completion: .file())
    var output: String?

    @Flag(name: .shortAndLong, help: "Replace an existing output file.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws { try requireFileForJSON(options.output, file: file, output: output) }

    func run(with store: LazyStore, in session: Session) async throws {
        let identity = store.identity(expecting: try expectation.parse())
        let plan = try FilePlan(file: file, output: output, force: force, in: session.context, derive: Self.openedName)
        let progress = Progress("opening", Workload.of([file]), options: options.output, in: session.context)
        defer { progress.clear() }
        session.context.interruption.allowGrace()
        let monitor = progress.begin(plan.inputName, byteCount: Workload.size(of: file))
        let summary = try await SealedFileOpener(identities: [identity], monitor: monitor).open(plan.input, to: plan.output)
        guard let path = plan.outputPath else { return }
        try session.output.render(FileResult(input: plan.inputName, output: path, summary: summary))
    }

    private static func openedName(_ name: String) throws -> String {
        guard name.hasSuffix(FilePlan.sealedSuffix), !name.hasSuffix("/" + FilePlan.sealedSuffix), name != FilePlan.sealedSuffix else {
            throw CommandError(.usage, "\(name) does not end in .age", hint: "name the opened file with --output")
        }
        return String(name.dropLast(FilePlan.sealedSuffix.count))
    }
}

/// Which encryption context a sealed file must have.
struct ContextExpectation: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("One pair of the context that the file must have been sealed under; may be repeated.", valueName: "name=value"))
    var context: [String] = []

    /// Without the option any context will do; it is in the file, and authenticated.
    func parse() throws -> KMSKeyIdentity.ExpectedContext {
        context.isEmpty ? .asRecorded : .exactly(try ContextArgument.parsePairs(context, option: "--context"))
    }
}
