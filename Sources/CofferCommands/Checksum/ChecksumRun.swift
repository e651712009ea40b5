import Envelope
import Integrity
import SystemPackage

/// Computes checksums of the files that a person named, and writes the list.
struct ChecksumRun {
    /// One file, with its name as it was given.
    private struct Input: Sendable {
        let name: [UInt8]
        let source: ContentSource

        /// nil for stdin.
        var path: FilePath? {
            guard case .path = source else { return nil }
            return FilePath(bytes: name)
        }
    }

    private let functions: [ChecksumFunction]
    private let writer: ChecksumListWriter
    private let options: OutputOptions
    private let session: Session

    init(_ functions: [ChecksumFunction], _ writer: ChecksumListWriter, _ options: OutputOptions, in session: Session) {
        self.functions = functions
        self.writer = writer
        self.options = options
        self.session = session
    }

    func run(_ files: [String]) async throws {
        let inputs = inputs(files)
        let progress = Progress("reading", Workload.of(inputs.map(\.path)), options: options, in: session.context)
        defer { progress.clear() }
        let work = OrderedWork<Input, Result<ContentChecksums, IntegrityError>> { [functions] input in
            let name = visible(input.source.name)
            let monitor = progress.join(name, byteCount: Workload.size(of: input.path))
            defer { progress.end(name) }
            return Result { () throws(IntegrityError) in try ContentChecksums(of: input.source, functions, monitor: monitor) }
        }
        var report = ChecksumReport(fileCount: inputs.count)
        var remaining = inputs[...]
        if !session.output.wantsJSON { try session.output.write(writer.header) }
        try await work.run(next: { remaining.popFirst() }) { input, outcome in
            do {
                let content = try outcome.get()
                if session.output.wantsJSON {
                    report.files.append(ChecksumResult(input.name, content))
                } else {
                    try write(input.name, content)
                }
            } catch let error as IntegrityError where error.code != .cancelled {
                report.failed(input.name, Failure(error))
            }
        }
        progress.clear()
        if session.output.wantsJSON { try session.output.render(report) }
        try report.finish(session.output)
    }

    private func inputs(_ files: [String]) -> [Input] {
        let names = files.isEmpty ? [Array("-".utf8)] : session.context.arguments.bytes(files)
        return names.map { name in
            guard name.elementsEqual("-".utf8) else { return Input(name: name, source: .path(name)) }
            return Input(name: name, source: .descriptor(session.context.standardInput, name: "stdin"))
        }
    }

    private func write(_ name: [UInt8], _ content: ContentChecksums) throws {
        let file = ListedFile(path: name, byteCount: content.byteCount, checksums: content.checksums)
        try session.output.write(lines: writer.lines(for: file), toTerminal: session.context.standardOutput.isTerminal)
    }
}

extension Output {
    /// Writes lines as they are to a file or a pipe; to a terminal without what it would act on.
    func write(lines: [UInt8], toTerminal: Bool) throws {
        guard toTerminal else { return try write(lines) }
        for line in lines.split(separator: UInt8(ascii: "\n")) { try write(visible(String(decoding: line, as: UTF8.self)) + "\n") }
    }
}
