import ArgumentParser
import TLSInspector

/// What is written about scans besides findings.
struct ScanReportOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Write a line of JSON for each endpoint, too; - is stdout.", valueName: "file"), completion: .file()
    )
    var jsonl: String?
    @Option(name: .long, help: ArgumentHelp("Write the findings as a table, too; - is stdout.", valueName: "file"), completion: .file())
    var csv: String?
    @Option(
        name: .long, help: ArgumentHelp("Write an inventory of cryptography (CycloneDX 1.6), too; - is stdout.", valueName: "file"),
        completion: .file())
    var cbom: String?
    @Option(
        name: .long, help: ArgumentHelp("Compare with a scan that was saved: only what is new or worse counts.", valueName: "file"),
        completion: .file())
    var baseline: String?

    /// What goes to stdout instead of text.
    private var streamed: [String] {
        [("--jsonl", jsonl), ("--csv", csv), ("--cbom", cbom)].compactMap { name, path in path == "-" ? name : nil }
    }

    var hasStandardOutput: Bool { !streamed.isEmpty }
    /// Those that are files.
    var paths: [String] { [jsonl, csv, cbom].compactMap { $0 == "-" ? nil : $0 } }
    /// Whether scans are needed when all of them are done.
    var needsScans: Bool { csv != nil || cbom != nil || baseline != nil }

    /// - Parameter wantsJSON: whether stdout has the result of the command.
    func check(wantsJSON: Bool) throws {
        guard streamed.count + (wantsJSON ? 1 : 0) <= 1 else {
            let names = streamed + (wantsJSON ? ["--json"] : [])
            throw CommandError(.usage, "stdout takes one result: \(names.joined(separator: ", "))", hint: "name files for the others")
        }
    }

    /// - Parameter save: the file that the scans are saved to. If it is the baseline, the first of a series of runs has none, and
    ///   compares with nothing.
    func readBaseline(savedTo save: String? = nil, in session: Session) throws -> ScanDocument? {
        guard let baseline else { return nil }
        do {
            return try ScanDocument(reading: baseline, in: session)
        } catch let error as CommandError where error.code == .fileNotFound && save == baseline {
            session.output.note("there is no \(baseline) yet: every finding counts, and the next run compares with this one")
            return nil
        }
    }
}

extension ScanDocument {
    /// - Parameter path: `-` is stdin.
    init(reading path: String, in session: Session) throws {
        let bytes = try PublicFile.read(path, as: "scan", atMost: Self.maximumByteCount, in: session)
        do throws(ReportError) {
            try self.init(bytes)
        } catch {
            throw CommandError(error.code == .newerFormat ? .newerFormat : .malformedInput, "\(path): \(error.message)")
        }
    }
}
