import Envelope
import Integrity
import SystemPackage

/// Checks the files of a list of checksums, and tells of each what became of it.
struct ChecksumCheckRun {
    struct Rules: Sendable {
        /// What lines may have; all functions when it is empty.
        let functions: [ChecksumFunction]
        let zero: Bool
        let strict: Bool
        let ignoreMissing: Bool
        /// Whether the exit status alone tells.
        let isSilent: Bool
    }

    private let rules: Rules
    private let options: OutputOptions
    private let session: Session

    init(_ rules: Rules, _ options: OutputOptions, in session: Session) {
        self.rules = rules
        self.options = options
        self.session = session
    }

    func run(list: String) async throws {
        guard list != "-" else { return try await check(session.context.standardInput, name: "stdin", isStandardInput: true) }
        let path = session.context.arguments.path(list)
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch Errno.noSuchFileOrDirectory {
            throw CommandError(.fileNotFound, "\(path): no such file")
        } catch {
            throw CommandError(.fileUnavailable, "\(path): \(error)")
        }
        do {
            try await check(descriptor, name: list, isStandardInput: false)
        } catch {
            try descriptor.close()
            throw error
        }
        try descriptor.close()
    }

    private func check(_ descriptor: FileDescriptor, name: String, isStandardInput: Bool) async throws {
        let progress = Progress("checking", Workload(fileCount: 1, byteCount: nil), options: options, in: session.context)
        defer { progress.clear() }
        let standardInput = session.context.standardInput
        let work = OrderedWork<ListedFile, Result<ChecksumVerdict, IntegrityError>> { file in
            let name = visible(file.path.visiblePath)
            let monitor = progress.join(name, byteCount: nil)
            defer { progress.end(name) }
            // As sha256sum has it.
            let source: ContentSource? = file.isStandardInput ? .descriptor(standardInput, name: "stdin") : nil
            return Result { () throws(IntegrityError) in try file.verdict(reading: source, monitor: monitor) }
        }
        let parser = ChecksumListParser(functions: rules.functions, listName: Array(name.utf8), isZeroTerminated: rules.zero)
        var reader = ChecksumListReader(descriptor, name: name, parser: parser)
        var report = ChecksumCheckReport(list: name)
        func nextFile() throws -> ListedFile? {
            while let item = try reader.next() {
                switch item {
                // The list cannot be its own content.
                case .file(let file) where isStandardInput && file.isStandardInput:
                    note(reader.parser.malformed("names stdin, which the list itself is read from"), in: &report)
                case .file(let file): return file
                case .malformed(let line): note(line, in: &report)
                }
            }
            return nil
        }
        try await work.run(next: nextFile) { file, outcome in try tell(file, outcome.get(), in: &report) }
        progress.clear()
        if session.output.wantsJSON { try session.output.render(report) }
        try report.finish(strict: rules.strict, ignoreMissing: rules.ignoreMissing, isSilent: rules.isSilent)
    }

    private func note(_ line: MalformedListLine, in report: inout ChecksumCheckReport) {
        guard report.note(line), !rules.isSilent else { return }
        session.output.warn(visible("\(report.list): \(line)"))
    }

    private func tell(_ file: ListedFile, _ verdict: ChecksumVerdict, in report: inout ChecksumCheckReport) throws {
        if verdict == .missing, rules.ignoreMissing {
            report.ignoredCount += 1
            return
        }
        report.note(file, verdict, keepsFile: session.output.wantsJSON)
        guard !rules.isSilent, !session.output.wantsJSON else { return }
        if case .unreadable(let error) = verdict { session.output.warn(visible(error.message)) }
        guard verdict != .matches || !options.quiet else { return }
        try session.output.write(lines: line(file, verdict), toTerminal: session.context.standardOutput.isTerminal)
    }

    /// As sha256sum of coreutils 9.1 writes it, where a line feed alone makes escapes necessary.
    private func line(_ file: ListedFile, _ verdict: ChecksumVerdict) -> [UInt8] {
        let word =
            switch verdict {
            case .matches: "OK"
            case .differs: "FAILED"
            case .missing, .unreadable: "FAILED open or read"
            }
        let name = file.path.contains(UInt8(ascii: "\n")) ? [UInt8(ascii: "\\")] + ListEscapes.escape(file.path) : file.path
        return name + Array(": \(word)\n".utf8)
    }
}

extension ListedFile {
    fileprivate var isStandardInput: Bool { path.elementsEqual("-".utf8) }
}
