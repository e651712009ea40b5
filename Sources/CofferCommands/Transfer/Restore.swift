import ArgumentParser
import KeyStore
import ObjectStore

struct Restore: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Bring a bucket, a prefix or an object back to what it was at a time.",
        discussion: """
            Objects that were deleted since come back, those that were replaced get their
            old content, those that were made since get a delete marker: in one
            transaction, and without losing anything, so that restoring to the time before
            undoes it. Lines are written as the changes are made; they hold once the
            summary is there.

            $ coffer restore coffer://backups/2026/ --at 2026-11-01T00:00Z --dry-run
            $ coffer restore coffer://backups/2026/ --at 2026-11-01T00:00Z

            \(ExitStatus.help)
            """)

    @Argument(
        help: ArgumentHelp("coffer://BUCKET, or the beginning of keys behind it.", valueName: "url"), completion: WordCompletion.url)
    var url: String
    @Option(name: .long, help: ArgumentHelp("The time to go back to, or how long ago (10m, 90d).", valueName: "time")) var at: String
    @Flag(name: .long, help: "Only tell what would be changed.") var dryRun = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> RestoreRequest {
        let location = try ObjectURL(url, in: session)
        return RestoreRequest(
            bucket: location.bucket, prefix: location.path, time: try Timestamp(asOf: at, now: session.context.clock.read().wall),
            dryRun: dryRun)
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let request = try request(in: session)
        // Which time that is, a dry run and the run after it would not agree.
        if DurationArgument(argument: at) != nil { session.output.note("going back to \(request.time.rfc3339)") }
        let stop = RunStop()
        let summary = try await objects.restore(request) { change in
            guard !stop.isSet else { return }
            do {
                try session.output.writeLine(change.answer)
            } catch {
                stop.stop(error)
            }
        }
        // Nobody reads the lines, but what was restored was.
        if let error = stop.error { throw error }
        try session.output.writeLine(summary.answer(isDryRun: dryRun))
    }
}

extension RestoreChange {
    fileprivate var answer: S3Answer {
        S3Answer(
            ["Key": .string(key.text), "Change": .string(kind.memberName), "FromVersionId": .text(fromVersionID?.text)],
            text: "\(kind.rawValue) \(visible(key.text))\(fromVersionID.map { " from version \($0)" } ?? "")\n")
    }
}

extension RestoreChange.Kind {
    /// As programs see it: `Restored`.
    fileprivate var memberName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension RestoreSummary {
    fileprivate func answer(isDryRun: Bool) -> S3Answer {
        let counts = "\(restored) restored, \(undeleted) undeleted, \(deleted) deleted, \(unchanged) unchanged"
        return S3Answer(
            [
                "RestoredCount": .count(restored), "UndeletedCount": .count(undeleted), "DeletedCount": .count(deleted),
                "UnchangedCount": .count(unchanged), "DryRun": isDryRun ? .bool(true) : nil,
            ], text: "\(isDryRun ? "would be: " : "")\(counts)\n")
    }
}
