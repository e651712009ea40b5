import ArgumentParser
import Findings
import Integrity
import SystemPackage

struct BagValidate: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Say whether a bag is complete and valid, and everything that is wrong with it.",
        discussion: """
            Reads BagIt 0.93 to 0.97 and 1.0 (RFC 8493). Nothing outside the bag is read,
            and nothing is fetched: a file that fetch.txt names and that is not there is
            missing. A bag that is not valid gives exit status 1; content that is lost,
            changed or unreadable gives 5. What is merely worth knowing (info) gives 0.

            $ coffer bag validate pictures.bag
            $ coffer bag validate --fast pictures.bag        without reading the files
            $ coffer bag validate --json --sarif bag.sarif pictures.bag

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The folder of the bag.", valueName: "bag"), completion: .directory) var bag: String
    @Flag(name: .long, help: "Look whether all files are there, without reading them; the bag must say how many (Payload-Oxum).")
    var fast = false
    @Flag(name: .long, help: "Look whether all files are there, without reading them.") var completenessOnly = false
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func validate() throws {
        guard !(fast && completenessOnly) else { throw ValidationError("give --fast or --completeness-only, not both") }
    }

    private var depth: BagValidator.Depth { fast ? .fast : completenessOnly ? .completeness : .everything }

    func run(in session: Session) async throws {
        try findings.check()
        let path = session.context.arguments.path(bag)
        session.context.interruption.allowGrace()
        let display = CareProgress("validating", bag, outputOptions, in: session)
        defer { display.clear() }
        let monitor = BagMonitor(didAdvance: { display.show(byteCount: $0, of: $1) })
        let report = try await BagValidator(depth: depth, monitor: monitor).validate(path)
        display.clear()
        let noteCount = report.problems.count { $0.severity == Severity.info }
        if report.isValid, noteCount > 0 { session.output.warn("the bag is valid, with \(noteCount) things worth knowing") }
        try findings.report(
            report.problems.map { $0.finding(in: path) }, about: bag, report.sentence(depth), report.members(depth),
            isDamaged: report.isDamaged, kept: "the bag", in: session)
    }
}

extension BagReport {
    /// What was looked at, and the verdict.
    fileprivate func sentence(_ depth: BagValidator.Depth) -> String {
        let verdict: String
        switch (isValid, depth) {
        case (true, .everything): verdict = "valid"
        case (true, .completeness), (true, .fast): verdict = "complete; no file was read"
        case (false, _): verdict = isComplete ? "complete, not valid" : "not valid"
        }
        let version = declaration.map { "BagIt \($0.version.rawValue), " } ?? ""
        let read = depth == .everything ? "read \(CountText.of(checkedFileCount, "file")), \(ByteText.decimal(checkedByteCount))\n" : ""
        return
            "\(version)payload of \(CountText.of(payload.fileCount, "file")), \(ByteText.decimal(payload.byteCount))\n\(read)\(verdict)\n"
    }

    fileprivate func members(_ depth: BagValidator.Depth) -> [String: JSONValue?] {
        let fields = info.fields.map { JSONValue.object(["Label": .string($0.label), "Value": .string($0.value)]) }
        return [
            "BagItVersion": .text(declaration?.version.rawValue), "Encoding": .text(declaration?.encoding.rawValue),
            "Algorithms": .array(algorithms.map(JSONValue.string)), "Info": .array(fields),
            "PayloadByteCount": .size(payload.byteCount), "PayloadFileCount": .size(payload.fileCount),
            "CheckedByteCount": .size(checkedByteCount), "CheckedFileCount": .count(checkedFileCount), "Complete": .bool(isComplete),
            // Of a bag that was not read nobody knows whether it is valid.
            "Valid": isValid && depth != .everything ? nil : .bool(isValid),
        ]
    }
}
