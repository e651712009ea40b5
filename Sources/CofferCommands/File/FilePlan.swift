import Envelope
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which file a command reads and which it writes, from what the user named.
struct FilePlan: Sendable {
    let input: FileInput
    let output: FileOutput
    /// As people read them.
    let inputName: String
    let outputName: String
    /// nil for stdin.
    let inputPath: FilePath?
    /// nil when it goes to stdout.
    let outputPath: FilePath?

    /// What is read, where nothing is written.
    init(reading file: String?, in context: CommandContext) {
        let path = file.flatMap { $0 == "-" ? nil : context.arguments.path($0) }
        self.init(reading: path, in: context, to: .descriptor(context.standardOutput, name: "stdout"), nil)
    }

    private init(reading path: FilePath?, in context: CommandContext, to output: FileOutput, _ outputPath: FilePath?) {
        inputPath = path
        input = path.map { .file($0) } ?? .descriptor(context.standardInput, name: "stdin")
        inputName = path?.string ?? "stdin"
        self.output = output
        self.outputPath = outputPath
        outputName = outputPath?.string ?? "stdout"
    }

    /// The plans for all files that a person named, of which there is one at least: stdin, if none was.
    ///
    /// What can be refused by looking at names alone is refused here, before anything is done or asked.
    /// - Parameter derive: makes the output's name of the input's, where nothing else names it.
    static func plans(
        for operands: FileOperands, to destination: FileDestination, in context: CommandContext,
        derive: (FilePath) throws -> FilePath.Component
    ) throws -> [FilePlan] {
        let paths = operands.readsStandardInput ? [nil] : context.arguments.paths(operands.files).map(Optional.some)
        let folder = try folder(destination, fileCount: paths.count, in: context)
        var targets: Set<FilePath> = []
        return try paths.map { path in
            guard let target = try target(of: path, folder, destination, in: context, derive) else {
                try requireNoTerminal(destination, context)
                return FilePlan(reading: path, in: context, to: .descriptor(context.standardOutput, name: "stdout"), nil)
            }
            guard targets.insert(target.lexicallyNormalized()).inserted else {
                throw CommandError(.usage, "two results cannot go to one file: \(target)", hint: "name files of different names")
            }
            guard destination.force || !isRegularFile(target) else { throw EnvelopeError.outputExists(target.string) }
            return FilePlan(reading: path, in: context, to: .file(target, overwrite: destination.force), target)
        }
    }

    /// nil for stdout.
    private static func target(
        of path: FilePath?, _ folder: FilePath?, _ destination: FileDestination, in context: CommandContext,
        _ derive: (FilePath) throws -> FilePath.Component
    ) throws -> FilePath? {
        if let folder {
            guard let path else {
                throw CommandError(.usage, "\(folder) is a folder, and stdin has no name", hint: "name a file in it with --output")
            }
            return folder.appending(try derive(path))
        }
        if let named = destination.output { return named == "-" ? nil : context.arguments.path(named) }
        return try path.map { $0.removingLastComponent().appending(try derive($0)) }
    }

    /// The folder that the results go to, which is made if its name ends in a slash; nil when they do not go to one.
    private static func folder(_ destination: FileDestination, fileCount: Int, in context: CommandContext) throws -> FilePath? {
        guard let named = destination.output, named != "-" else {
            guard destination.output == nil || fileCount == 1 else {
                throw CommandError(.usage, "several results cannot go to stdout", hint: "name a folder with --output")
            }
            return nil
        }
        let path = context.arguments.path(named)
        if kind(of: path) == S_IFDIR { return path }
        guard named.hasSuffix("/") else {
            guard fileCount == 1 else {
                throw CommandError(
                    .usage, "\(named) is not a folder, and there are several files", hint: "let it end in / to have the folder made")
            }
            return nil
        }
        guard path.withPlatformString({ mkdir($0, 0o777) }) == 0 else {
            throw CommandError(.fileUnavailable, "\(named) cannot be made: \(Errno(rawValue: errno))")
        }
        return path
    }

    private static func requireNoTerminal(_ destination: FileDestination, _ context: CommandContext) throws {
        guard destination.output == "-" || !context.standardOutput.isTerminal else {
            throw CommandError(
                .usage, "the result would go to the terminal", hint: "use --output FILE or a pipe; --output - writes it anyway")
        }
    }

    private static func isRegularFile(_ path: FilePath) -> Bool { kind(of: path) == S_IFREG }

    /// nil where there is nothing.
    static func kind(of path: FilePath) -> mode_t? {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }
}

extension FilePath {
    /// The name of the file that this one becomes when it is sealed.
    func sealedName() throws -> FilePath.Component {
        guard let name = lastComponent?.sealed else { throw CommandError(.usage, "\(self) is not the name of a file") }
        return name
    }

    /// The name of the file that this one becomes when it is opened.
    func openedName() throws -> FilePath.Component {
        guard let name = lastComponent?.opened else {
            throw CommandError(.usage, "\(self) does not end in .age", hint: "name the opened file with --output")
        }
        return name
    }
}

extension FilePath {
    /// Whether there is a folder, or a link to one.
    var isFolder: Bool { FilePlan.kind(of: self) == S_IFDIR }
}
