import ArgumentParser
import Findings
import KeyStore
import ObjectStore

struct StoreScrub: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "scrub", abstract: "Read every stored byte and check that it is what was stored.",
        discussion: """
            A scrub that was stopped, by its budget or by force, goes on with --resume.
            Findings give exit status 1, damaged or lost data 5.

            $ coffer store scrub
            $ coffer store scrub --budget 10m --resume       every night, from a timer

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: ArgumentHelp("Stop after this time: 90s, 10m, 2h.", valueName: "time")) var budget: DurationArgument?
    @Flag(name: .long, help: "Go on where the last scrub stopped.") var resume = false
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { try findings.check() }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        var request = ScrubRequest()
        request.budget = budget?.duration
        request.resume = resume
        session.context.interruption.allowGrace()
        let display = CareProgress("scrubbing", "objects", options.output, in: session)
        defer { display.clear() }
        let report = try await objects.scrub(request) { display.show(byteCount: $0.verifiedByteCount, of: $0.totalByteCount) }
        display.clear()
        try findings.report(
            report.findings, about: options.home.path(in: session.context), report.sentence, report.members,
            isDamaged: report.isDamaged, in: session)
    }
}

extension ScrubReport {
    fileprivate var sentence: String {
        let end = isComplete ? "complete" : "stopped before the end; go on with --resume"
        // Rounded down: 100 % is everything.
        let share = "\(ByteText.decimal(coveredByteCount)) of \(ByteText.decimal(totalByteCount)) (\(Int(coverage * 100))%)"
        let lines: [String?] = [
            "verified \(CountText.of(verifiedObjectCount, "object")), \(ByteText.decimal(verifiedByteCount))", "pass: \(share), \(end)",
            isComplete ? nil : verifiedSince.map { "longest ago that something was read: \($0.rfc3339)" },
            oldestUnverified.map { "never read, the oldest: \(visible($0.name))\($0.lastModified.map { ", of \($0.rfc3339)" } ?? "")" },
        ]
        return lines.compactMap { $0 }.map { $0 + "\n" }.joined()
    }

    fileprivate var members: [String: JSONValue?] {
        let oldest = oldestUnverified.map {
            JSONValue.object(present: ["Name": .string($0.name), "LastModified": .text($0.lastModified?.rfc3339)])
        }
        return [
            "VerifiedByteCount": .size(verifiedByteCount), "VerifiedObjectCount": .count(verifiedObjectCount),
            "CoveredByteCount": .size(coveredByteCount), "TotalByteCount": .size(totalByteCount), "Complete": .bool(isComplete),
            "VerifiedSince": .text(verifiedSince?.rfc3339), "OldestUnverified": oldest,
        ]
    }
}
