import ArgumentParser
import Findings
import ObjectStore

struct StoreMaintain: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintain", abstract: "Carry out lifecycle rules, and remove what a crash left behind.",
        discussion: """
            Run it from a timer, every day.

            $ coffer store maintain --dry-run
            $ coffer store maintain

            \(ExitStatus.help)
            """)

    @Flag(name: .long, help: "Only tell what would be done.") var dryRun = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on objects: LocalObjectService, in session: Session) async throws {
        session.context.interruption.allowGrace()
        try await session.output.render(objects.maintain(dryRun: dryRun).answer(isDryRun: dryRun))
    }
}

extension MaintenanceSummary {
    fileprivate func answer(isDryRun: Bool) -> S3Answer {
        let lines = [
            (expiredObjects, "object", "expired"), (deletedVersions, "version", "deleted for good"), (abortedUploads, "upload", "aborted"),
            (removedBlobs, "file", "of deleted versions removed"), (quarantinedBlobs, "file", "of nothing known put into quarantine"),
        ].filter { $0.0 > 0 }.map { "\(isDryRun ? "would be: " : "")\(CountText.of($0.0, $0.1)) \($0.2)\n" }
        return S3Answer(
            [
                "ExpiredCount": .count(expiredObjects), "DeletedVersionCount": .count(deletedVersions),
                "AbortedUploadCount": .count(abortedUploads), "RemovedBlobCount": .count(removedBlobs),
                "QuarantinedBlobCount": .count(quarantinedBlobs),
                "DryRun": isDryRun ? .bool(true) : nil,
            ], text: lines.isEmpty ? "nothing was due\n" : lines.joined())
    }
}
