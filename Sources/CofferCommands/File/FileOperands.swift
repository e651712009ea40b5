import ArgumentParser
import Envelope
import SystemPackage

/// Which files a command works on.
struct FileOperands: ParsableArguments {
    @Argument(help: ArgumentHelp("The files; stdin if it is - or left out.", valueName: "file"), completion: .file()) var files: [String] =
        []

    @Option(
        name: .long, help: ArgumentHelp("All files of this folder and the folders in it.", valueName: "folder"), completion: .directory)
    var recursive: String?

    func validate() throws {
        guard recursive == nil || files.isEmpty else { throw ValidationError("name files, or a folder with --recursive, not both") }
        guard files.count <= 1 || !files.contains("-") else { throw ValidationError("stdin cannot be one of several files") }
    }

    /// Whether there is one result, and not a list of them.
    var isSingle: Bool { recursive == nil && files.count <= 1 }
    var readsStandardInput: Bool { recursive == nil && (files.isEmpty || files == ["-"]) }

    func requireFiles() throws {
        guard !readsStandardInput else { throw ValidationError("name files, or a folder with --recursive") }
    }
}

/// Where results go.
struct FileDestination: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The file to write, or a folder for several; - is stdout. Without it a result is put beside its file.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(name: .shortAndLong, help: "Replace existing output files.") var force = false

    /// The result as JSON and the bytes cannot both go to stdout.
    func requireFile(for operands: FileOperands, _ options: OutputOptions) throws {
        guard operands.recursive == nil || output != "-" else {
            throw ValidationError("a folder cannot go to stdout; name an --output folder")
        }
        guard options.json, output.map({ $0 == "-" }) ?? operands.readsStandardInput else { return }
        throw ValidationError("--json writes to stdout; name an --output file for the bytes")
    }
}

/// stdin can be read once.
func requireOneStandardInput(_ readers: Bool...) throws {
    guard readers.count(where: { $0 }) <= 1 else { throw ValidationError("stdin can be read once: only one file can be -") }
}
