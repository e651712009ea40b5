import ArgumentParser
import Findings
import ObjectStore

struct StoreCheckCommand: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that all that is recorded belongs together and is there.",
        discussion: """
            Every record is authenticated, every payload is looked for, and none is read:
            `coffer store scrub` does that. Repairing never deletes what somebody stored:
            what belongs nowhere is put aside (quarantined). Findings give exit status 1,
            damaged or lost data 5.

            $ coffer store check
            $ coffer store check --repair
            $ coffer store check --sarif check.sarif --fail-on high --json

            \(ExitStatus.help)
            """)

    @Flag(name: .long, help: "Set right what can be set right without losing anything.") var repair = false
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { try findings.check() }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let result = try await objects.check(repair: repair)
        try findings.report(
            result.findings, about: options.home.path(in: session.context), result.sentence(isRepair: repair), result.members,
            isDamaged: result.isDamaged, in: session)
    }
}

extension StoreCheck {
    fileprivate func sentence(isRepair: Bool) -> String {
        let unlisted = counts.findingCount - findings.count
        let lines: [String?] = [
            unlisted > 0 ? "… and \(CountText.of(unlisted, "more finding"))" : nil,
            isRepair ? "repaired: \(repairedCount)" : nil,
            "checked \(CountText.of(counts.bucketCount, "bucket")), \(CountText.of(counts.versionCount, "version")) of \(ByteText.decimal(counts.byteCount)),"
                + " \(CountText.of(counts.uploadCount, "upload")), \(CountText.of(counts.blobCount, "file")) of \(ByteText.decimal(counts.blobByteCount))",
        ]
        return lines.compactMap { $0 }.map { $0 + "\n" }.joined()
    }

    fileprivate var members: [String: JSONValue?] {
        [
            "StoreId": .string(storeID), "FormatVersion": .count(formatVersion), "BucketCount": .count(counts.bucketCount),
            "VersionCount": .count(counts.versionCount), "UploadCount": .count(counts.uploadCount), "SealCount": .count(counts.sealCount),
            "BlobCount": .count(counts.blobCount), "ByteCount": .size(counts.byteCount), "BlobByteCount": .size(counts.blobByteCount),
            "FindingCount": .count(counts.findingCount), "RepairedCount": .count(repairedCount),
        ]
    }
}
