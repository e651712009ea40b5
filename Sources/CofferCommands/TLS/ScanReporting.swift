import Findings
import KeyStore
import TLSInspector

/// Tells people and programs what scans came to: while they run, at the end, and by the exit status.
struct ScanReporting {
    /// That an endpoint cannot be reached is a finding for people; for the exit status nothing was checked.
    private static let unreachable = "tls-unreachable"

    private let findings: FindingsOptions
    private let reports: ScanReportOptions
    private let save: String?
    /// Whether there may be too many endpoints to say more than a line about each.
    private let isList: Bool
    private let subject: String
    private let time: Int64
    private let session: Session
    private(set) var tally: ScanTally

    /// - Parameters:
    ///   - save: the file that the scans go to.
    ///   - targetCount: how many there are.
    ///   - subject: `example.com:443`, `scan.json`
    ///   - time: that is judged at, in seconds since 1970.
    init(
        _ findings: FindingsOptions, _ reports: ScanReportOptions, save: String? = nil, targetCount: Int, subject: String, time: Int64,
        in session: Session
    ) {
        self.findings = findings
        self.reports = reports
        self.save = save
        self.isList = targetCount > 1
        self.subject = subject
        self.time = time
        self.session = session
        let needsScans = session.output.wantsJSON || reports.needsScans || save != nil
        tally = ScanTally(keepsScans: needsScans, keepsFindings: needsScans || targetCount == 1 || findings.writesFiles)
    }

    private var showsText: Bool { !session.output.wantsJSON && !reports.hasStandardOutput }

    /// Before anything is scanned for results that nobody can write.
    static func check(
        _ findings: FindingsOptions, _ reports: ScanReportOptions, save: String? = nil, sparing inputs: [String], in session: Session
    ) throws {
        try reports.check(wantsJSON: session.output.wantsJSON)
        // The baseline is read before, and may be the file that is saved to: each run is the baseline of the next.
        try findings.check(sparing: inputs, besides: reports.paths + [save].compactMap(\.self))
        for path in reports.paths where reports.baseline.map({ OutputFile.areSame($0, path) }) ?? false {
            throw CommandError(.usage, "\(path) is the baseline, and cannot be a report as well", hint: "name another file for the report")
        }
    }

    /// Of one target.
    /// - Parameter writeLine: takes its lines of JSON.
    mutating func add(_ judged: [JudgedScan], writeLine: ([UInt8]) throws -> Void) throws {
        try tally.add(judged)
        for scan in judged {
            if reports.jsonl != nil { try writeLine(ScanLine(scan).bytes()) }
            guard showsText else { continue }
            let text = ScanText(scan, time: time)
            for line in try isList ? [text.line()] : text.lines() { try session.output.write(visible(line) + "\n") }
            if !isList { try session.output.write("\n") }
        }
    }

    /// Runs something that gives lines of JSON, and lets them go where they should.
    static func withLines(_ reports: ScanReportOptions, _ session: Session, _ body: (([UInt8]) throws -> Void) async throws -> Void)
        async throws
    {
        switch reports.jsonl {
        case nil: try await body { _ in }
        case "-": try await body { try session.output.write($0) }
        case let path?: try await OutputFile(path: path, replacing: true).writePieces(body)
        }
    }

    /// Writes all that is written at the end.
    /// - Parameters:
    ///   - baseline: judged as the scans are.
    ///   - isWhole: whether everything was scanned that was to be.
    /// - Throws: `FindingsReported` if the exit status is not 0.
    func finish(baseline: [JudgedScan]?, isWhole: Bool = true) throws {
        let difference = try baseline.map { try ScanDifference(from: $0, to: tally.scans) }
        // Of nothing there is nothing to say.
        guard isWhole || tally.targetCount > 0 else { return }
        let counted = (difference?.findings.newOrWorse ?? tally.findings).filter { $0.id != Self.unreachable }
        let isRefused = difference.map { counted.exceeds(findings.failOn) || $0.newlyUndecidedCount > 0 } ?? false
        try writeFiles(isWhole: isWhole, baseline: baseline ?? [], isRefused: isRefused)
        let report = try findings.write(tally.findings, about: subject, in: session)
        try show(report, difference)
        guard isWhole else { return }
        try findings.requireNone(counted)
        try requireComplete(difference)
    }

    /// - Parameter isRefused: whether there is more than the baseline allows, or less is known.
    private func writeFiles(isWhole: Bool, baseline: [JudgedScan], isRefused: Bool) throws {
        let sorted = tally.scans.sortedByEndpoint()
        if let csv = reports.csv { try write(CSVReport().bytes(sorted), to: csv) }
        if let cbom = reports.cbom {
            let time = try session.context.clock.read().wall.seconds
            try write(CycloneDXReport(time: time, toolVersion: CommandContext.version).bytes(sorted), to: cbom)
        }
        guard let save else { return }
        guard isWhole else { return session.output.warn("\(save) was not written: it would be the baseline of scans that never were") }
        // A baseline that took in what it has just refused would let it pass from the next run on.
        if isRefused, let path = reports.baseline, OutputFile.areSame(path, save) {
            return session.output.warn("\(save) is as it was; to take what is new for granted, scan with --save and without --baseline")
        }
        // What an endpoint was when it answered stays the baseline while it does not.
        let known = Dictionary(baseline.map { ($0.scan.endpoint, $0.scan) }, uniquingKeysWith: { first, _ in first })
        let kept = sorted.map { judged in judged.scan.failure == nil ? judged.scan : known[judged.scan.endpoint] ?? judged.scan }
        try write(ScanDocument(kept).bytes(), to: save)
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        guard path != "-" else { return try session.output.write(bytes) }
        try OutputFile(path: path, replacing: true).write(bytes)
    }

    private func show(_ report: Report, _ difference: ScanDifference?) throws {
        if session.output.wantsJSON { return try findings.show(report, "", try members(difference), in: session) }
        guard showsText else { return }
        let changes = (difference?.lines ?? []).map { visible($0) + "\n" }.joined()
        guard isList else { return try findings.show(Self.shown(report, difference), changes, [:], in: session) }
        try session.output.write("\(changes)\(report.summary)\n\(tally.sentence)\n")
    }

    /// What a person has not read yet. Files, and JSON, have all findings.
    private static func shown(_ report: Report, _ difference: ScanDifference?) -> Report {
        guard let difference else { return report }
        return Report(
            tool: report.tool, subject: "\(report.subject) that are new or worse", time: report.time,
            findings: difference.findings.newOrWorse)
    }

    private func members(_ difference: ScanDifference?) throws -> [String: JSONValue?] {
        let scans = tally.scans.sortedByEndpoint()
        var members = tally.members
        members["Scans"] = .array(try scans.map { try JSONValue(asWritten: $0.scan) })
        members["Judgements"] = .array(
            try scans.map { judged in
                .object(present: [
                    "name": .string(judged.scan.name), "grade": try judged.grade.map { try JSONValue(asWritten: $0) },
                    "chains": .array(try judged.chains.map { try JSONValue(asWritten: $0) }),
                ])
            })
        members["Difference"] = try difference.map { try JSONValue(asWritten: $0) }
        return members
    }

    /// An unfinished check is not a good one.
    private func requireComplete(_ difference: ScanDifference?) throws {
        // A server that cannot be reached is no less so because it was not yesterday either.
        let undecided = (difference?.newlyUndecidedCount ?? tally.undecidedCount) + tally.failedCount
        guard undecided > 0 else { return }
        throw FindingsReported(
            status: .environment, code: "ScanIncomplete", message: "not everything could be found out: \(tally.sentence)",
            hint: tally.undecidedCount > 0
                ? "scan again with more time (--timeout, --target-timeout), or more gently (--parallel, --rate)" : nil)
    }
}

extension JSONValue {
    /// A value of another module, whose names of members are part of its form.
    init(asWritten value: some Encodable) throws {
        self = try JSONDocument(JSONText(value, naming: .asWritten).bytes, name: "a scan").value
    }
}
