import ArgumentParser
import OpenSSL
import SystemPackage

/// Where a result goes: stdout, or a file that must not exist yet.
struct DestinationOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the result to this file (mode 0600) instead of stdout; - is stdout.", valueName: "file"),
        completion: .file())
    var out: String?

    @Flag(name: .long, help: "Replace an existing output file.") var force = false

    func write(_ bytes: [UInt8], in session: Session) throws {
        if let file = file(in: session) { try file.write(bytes) } else { try session.output.write(bytes) }
    }

    /// Bytes that are not text do not belong on a terminal.
    func writeBinary(_ bytes: [UInt8], in session: Session) throws {
        try requireBinaryDestination(in: session)
        try write(bytes, in: session)
    }

    func writeBinary(_ secret: borrowing SecretBytes, in session: Session) throws {
        try requireBinaryDestination(in: session)
        try write(secret, in: session)
    }

    func write(_ secret: borrowing SecretBytes, in session: Session) throws {
        if let file = file(in: session) { try file.write(secret) } else { try session.output.write(secret) }
    }

    /// Before the operation runs, so that nothing is done for a result that cannot be shown.
    func requireBinaryDestination(in session: Session) throws {
        guard out == nil, session.context.standardOutput.isTerminal else { return }
        throw CommandError(
            .usage, "the result is binary and stdout is a terminal", hint: "use --out FILE, a pipe, or --json; --out - writes it anyway")
    }

    /// For lines of text that come in pieces; on a terminal without what it would act on.
    func writeLines<R>(in session: Session, _ body: (_ write: ([UInt8]) throws -> Void) async throws -> R) async throws -> R {
        if let file = file(in: session) { return try await file.writePieces(body) }
        let isTerminal = session.context.standardOutput.isTerminal
        return try await body { lines in try session.output.write(lines: lines, toTerminal: isTerminal) }
    }

    /// nil for stdout.
    var path: String? { out == "-" ? nil : out }

    private func file(in session: Session) -> OutputFile? {
        guard let path else { return nil }
        return OutputFile(path: path, replacing: force)
    }
}
