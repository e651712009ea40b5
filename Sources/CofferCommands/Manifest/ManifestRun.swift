import Envelope
import Findings
import Integrity
import KeyStore
import SystemPackage

/// What all runs over a tree have in common here: progress, where to sort, and what is said at the end.
struct ManifestRun {
    let session: Session
    let options: OutputOptions

    /// - Parameters:
    ///   - verb: `hashing`
    ///   - subject: what is walked.
    func settings(_ verb: String, _ subject: String, sealedFiles: SealedFileCheck? = nil) -> (TreeRunSettings, Progress) {
        let progress = Progress(verb, Workload(fileCount: 1, byteCount: nil), options: options, in: session.context)
        let monitor = progress.begin(visible(subject), byteCount: nil)
        var settings = TreeRunSettings(scratchFolder: scratchFolder)
        settings.sealedFiles = sealedFiles
        settings.progress = { _, byteCount in monitor.didAdvance(byteCount) }
        return (settings, progress)
    }

    /// For what does not fit into memory.
    var scratchFolder: FilePath {
        let temporary = session.context.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
        return FilePath(temporary ?? "/var/tmp")
    }

    /// The time for a checkpoint.
    func now() throws -> CheckpointTime {
        let text = try session.context.clock.read().wall.rfc3339
        guard let time = CheckpointTime(text) else {
            throw CommandError(.libraryFailure, "the clock says \(text), which is no time to sign")
        }
        return time
    }
}

extension VerificationReport {
    /// The counts of verdicts that are not zero, the most severe first: `1 rotted, 3 modified`.
    var countText: String {
        let order: [Verdict] = [
            .rotted, .truncated, .unreadable, .removed, .modified, .extended, .typeChanged, .moved, .metadataChanged, .added, .intact,
        ]
        return order.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.phrase)" }.joined(separator: ", ")
    }

    var members: [String: JSONValue?] {
        let counts = Verdict.allCases.map { ($0.memberName, JSONValue.size(self[$0]) ?? .null) }
        return [
            "EntryCount": .size(entryCount), "Verdicts": .object(Dictionary(uniqueKeysWithValues: counts)),
            "DifferenceCount": .size(differenceCount), "ListedCount": .count(verdicts.count), "ReadFileCount": .size(readFileCount),
            "ReadByteCount": .size(readByteCount), "UnreadFileCount": .size(unreadFileCount),
            "DamagedLeavesCount": .size(damagedLeavesCount),
        ]
    }

    func findings(in folder: FilePath?) -> [Finding] {
        let differences = verdicts.map { $0.finding(in: folder?.bytes) }
        return damagedManifests.isEmpty ? differences : damagedManifests.sorted().map(damageFinding) + differences
    }

    private func damageFinding(_ manifest: String) -> Finding {
        Finding(
            id: "manifest-damaged", severity: .high, resource: manifest,
            title: "the manifest is damaged where it says which pieces files have",
            evidence: [Evidence("files", "\(damagedLeavesCount)"), Evidence("note", "it still says whether they changed, and not where")],
            remediation: "take another copy of it", references: ["Docs/Integrity.md"])
    }

    /// What is said when not all that is wrong is listed.
    var listingNote: String {
        differenceCount > UInt64(verdicts.count) ? "the \(verdicts.count) most severe of \(differenceCount) differences are listed\n" : ""
    }
}

extension Verdict {
    fileprivate var phrase: String {
        switch self {
        case .metadataChanged: "with other metadata"
        case .typeChanged: "of another type"
        default: rawValue
        }
    }

    /// `MetadataChanged`
    fileprivate var memberName: String { rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }
}
