import KeyStore
import OpenSSL
import SystemPackage

/// What a command found out, as text for people and as JSON for programs.
protocol CommandResult: Encodable {
    /// Whole lines, or nothing.
    var text: String { get }
}

/// The one place that writes to the standard streams: results to stdout, everything else to stderr.
struct Output: Sendable {
    private let standardOutput: FileDescriptor
    private let standardError: FileDescriptor
    private let isJSON: Bool
    private let isQuiet: Bool
    private let style: Style
    private let statusLine: StatusLine

    init(_ context: CommandContext, json: Bool = false, quiet: Bool = false, noColor: Bool = false) {
        self.standardOutput = context.standardOutput
        self.standardError = context.standardError
        self.isJSON = json
        self.isQuiet = quiet
        self.noColor = noColor
        self.style = Style(context, noColor: noColor)
        self.statusLine = context.statusLine
    }

    init(_ context: CommandContext, _ options: OutputOptions) {
        self.init(context, json: options.json, quiet: options.quiet, noColor: options.noColor)
    }

    var wantsJSON: Bool { isJSON }
    /// Whether somebody wants no colour, on whatever stream.
    let noColor: Bool

    func render(_ result: some CommandResult) throws {
        try write(isJSON ? JSONText(result).bytes : Array(result.text.utf8))
    }

    /// One of many results: a line of its own, also as JSON.
    func writeLine(_ result: some CommandResult) throws {
        try write(isJSON ? JSONText(line: result).bytes : Array(result.text.utf8))
    }

    /// Something worth knowing that is not the result. A program that asked for JSON expects nothing else on stderr.
    func note(_ text: String) {
        if !isQuiet, !isJSON { report("\(text)\n") }
    }

    func warn(_ text: String) {
        if !isQuiet, !isJSON { report("\(style.warning("warning:")) \(text)\n") }
    }

    func fail(_ failure: Failure) {
        guard !isJSON else { return report(String(decoding: failure.json.bytes, as: UTF8.self)) }
        if failure.status == .success {
            note(failure.message)
            return
        }
        let hint = failure.hint.map { "\(style.hint("hint:")) \($0)\n" } ?? ""
        report("\(style.error("error:")) \(visible(failure.message))\n\(hint)")
    }

    func write(_ bytes: [UInt8]) throws {
        statusLine.clear()
        do {
            try standardOutput.writeAll(bytes)
        } catch let error as Errno {
            throw Self.failure(error, writing: "stdout")
        }
    }

    /// Straight from locked memory.
    func write(_ secret: borrowing SecretBytes) throws {
        try secret.withUnsafeBytes { bytes in
            do {
                try standardOutput.writeAll(bytes)
            } catch let error as Errno {
                throw Self.failure(error, writing: "stdout")
            }
        }
    }

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    static func failure(_ error: Errno, writing name: String) -> CommandError {
        error == .brokenPipe ? .brokenPipe : CommandError(.fileUnavailable, "\(name) cannot be written: \(error)")
    }

    private func report(_ text: String) {
        statusLine.clear()
        do {
            try standardError.writeAll(text.utf8)
        } catch {
            // There is nobody left to tell; the exit status still says it.
        }
    }
}
