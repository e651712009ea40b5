import ArgumentParser
import Envelope
import KeyStore
import SystemPackage

struct Decrypt: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt", abstract: "Open sealed files.",
        discussion: """
            FILE.age becomes FILE, which appears only when all of it was found authentic.
            A pipe gets authentic bytes only, but gets them before the end is seen: mind
            the exit status. Identities are tried first, then the keys of the store; a
            passphrase is asked for where a file has one. With --context a file that the
            store opens must have been sealed under exactly that one.

            $ coffer decrypt db.dump.age
            $ coffer decrypt --context purpose=nightly -o restored.dump db.dump.age
            $ ssh store cat app.age | coffer decrypt | psql app
            $ coffer decrypt -i key.txt -i ~/.ssh/id_ed25519 *.age
            $ coffer decrypt --recursive /mnt/photos -o photos
            $ coffer decrypt --range 1G-1G+64K disk.img.age | hexdump -C

            \(ExitStatus.help)
            """)

    @OptionGroup var identities: IdentityOptions
    @OptionGroup var expectation: ContextExpectation
    @Option(name: .long, parsing: .unconditional, help: ByteRangeArgument.help) var range: ByteRangeArgument?
    @OptionGroup(title: "Files") var operands: FileOperands
    @OptionGroup(title: "Files") var destination: FileDestination
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        try requireOneStandardInput(operands.readsStandardInput, identities.identity.contains("-"))
        try destination.requireFile(for: operands, options.output)
        guard range != nil else { return }
        guard operands.isSingle, !operands.readsStandardInput else { throw ValidationError("--range is of one file, by its name") }
        guard !options.output.json || destination.output != nil else {
            throw ValidationError("--json writes to stdout; name an --output file for the bytes")
        }
    }

    func run(with store: LazyStore, in session: Session) async throws {
        let expectation = try expectation.parse()
        let plans = try operands.recursive == nil ? plans(in: session) : []
        let identities = try identities.read(expecting: expectation, Keys(options.unlock, store, in: session))
        if let range { return try await read(range.range, plans[0], identities, in: session) }
        let run = FileRun(.open(SealedFileOpener(identities: identities)), verb: "opening", options.output, store, in: session)
        guard let folder = operands.recursive else { return try await run.run(plans) }
        let names = session.context.arguments
        try await run.run(tree: names.path(folder), to: destination.output.map(names.path), existing: destination.force ? .replace : .keep)
    }

    private func plans(in session: Session) throws -> [FilePlan] {
        var destination = destination
        // A part of a file is not the file, and does not take its name.
        if range != nil, destination.output == nil {
            guard !session.context.standardOutput.isTerminal else {
                throw CommandError(
                    .usage, "the result would go to the terminal", hint: "use --output FILE or a pipe; --output - writes it anyway")
            }
            destination.output = "-"
        }
        return try FilePlan.plans(for: operands, to: destination, in: session.context) { try $0.openedName() }
    }

    private func read(_ range: ByteRange, _ plan: FilePlan, _ identities: [any Identity], in session: Session) async throws {
        guard let path = plan.inputPath else { preconditionFailure("a range is of a file with a name") }
        let progress = Progress("opening", Workload(fileCount: 1, byteCount: nil), options: options.output, in: session.context)
        defer { progress.clear() }
        session.context.interruption.allowGrace()
        let monitor = progress.begin(visible(plan.inputName), byteCount: nil)
        let reader = try await SealedFileReader(path, identities: identities, monitor: monitor)
        let bytes = try reader.read(range, to: plan.output)
        progress.clear()
        guard let output = plan.outputPath else { return }
        try session.output.render(RangeResult(input: plan.inputName, output: output.string, bytes, openedBy: reader.openedBy))
    }
}

private struct RangeResult: CommandResult {
    let input: String
    let output: String
    /// Of the first byte, and of the byte behind the last.
    let start: UInt64
    let end: UInt64
    let openedBy: String
    var text: String { "" }

    private enum CodingKeys: CodingKey { case input, output, start, end, openedBy }

    init(input: String, output: String, _ bytes: Range<UInt64>, openedBy: String) {
        self.input = input
        self.output = output
        start = bytes.lowerBound
        end = bytes.upperBound
        self.openedBy = openedBy
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
