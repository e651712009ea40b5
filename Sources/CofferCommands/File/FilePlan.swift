import Envelope
import SystemPackage

/// Which file a command reads and which it writes, from what the user named.
struct FilePlan {
    static let sealedSuffix = ".age"

    let input: FileInput
    let output: FileOutput
    /// As people read them.
    let inputName: String
    let outputName: String
    /// nil when it goes to stdout.
    let outputPath: String?

    /// - Parameters:
    ///   - file: nil or `-` for stdin.
    ///   - named: what `--output` says; `-` is stdout.
    ///   - derive: makes the output's name of the input's; only asked when nothing else decides.
    init(
        file: String?, output named: String?, force: Bool, in context: CommandContext, derive: (String) throws -> String
    ) throws {
        input = Self.input(file, in: context)
        inputName = file.flatMap { $0 == "-" ? nil : $0 } ?? "stdin"
        let path = try named ?? file.flatMap { $0 == "-" ? nil : try derive($0) } ?? "-"
        guard path != "-" else {
            guard named == "-" || !context.standardOutput.isTerminal else {
                throw CommandError(
                    .usage, "the result would go to the terminal", hint: "use --output FILE or a pipe; --output - writes it anyway")
            }
            output = .descriptor(context.standardOutput, name: "stdout")
            outputName = "stdout"
            outputPath = nil
            return
        }
        output = .file(FilePath(path), overwrite: force)
        outputName = path
        outputPath = path
    }

    static func input(_ file: String?, in context: CommandContext) -> FileInput {
        guard let file, file != "-" else { return .descriptor(context.standardInput, name: "stdin") }
        return .file(FilePath(file))
    }
}
