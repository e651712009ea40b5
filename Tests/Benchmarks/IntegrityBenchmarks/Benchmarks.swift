import CIntegrityShims
import Integrity
import SystemPackage

/// Walks, hashes, and makes and verifies manifests, and says as JSON what it took. `Tests/Benchmarks/integrity.py` runs it.
@main
struct Benchmarks {
    private static let usage = "usage: IntegrityBenchmarks tree|metadata FOLDER, or create|verify|quick|update FOLDER MANIFEST"

    static func main() async throws {
        let arguments = CommandLine.arguments
        let start = coffer_monotonic_time()
        switch (arguments.dropFirst().first, arguments.count) {
        case ("tree", 3), ("metadata", 3):
            let survey = try TreeSurvey(of: FilePath(arguments[2]), hashesContents: arguments[1] == "tree")
            say(survey.entryCount, since: start)
        case ("create", 4):
            let head = try head()
            let summary = try await ManifestCreator(folder: FilePath(arguments[2]), head: head, settings: settings).create(
                target(arguments[3]))
            say(summary.lineage.checkpoint.entryCount, since: start)
        case ("verify", 4), ("quick", 4):
            let reading = arguments[1] == "quick" ? ContentReading.none : .all
            let report = try await ManifestVerifier(
                manifest(arguments[3]), folder: FilePath(arguments[2]), reading: reading, settings: settings
            ).verify()
            precondition(report[.intact] == report.entryCount, "something is not intact")
            say(report.entryCount, since: start)
        case ("update", 4):
            let summary = try await ManifestUpdater(
                manifest(arguments[3]), folder: FilePath(arguments[2]), head: head(), settings: settings
            ).update(target(arguments[3]), acceptingDamage: false)
            say(summary.lineage?.checkpoint.entryCount ?? 0, since: start)
        default: print(usage)
        }
    }

    private static var settings: TreeRunSettings { TreeRunSettings(scratchFolder: "/var/tmp") }

    private static func head() throws -> NewManifestHead {
        guard let time = CheckpointTime("2026-01-01T00:00:00Z") else { preconditionFailure("a time") }
        return NewManifestHead(toolVersion: "0", time: time, subject: Array("benchmark".utf8), options: ManifestOptions())
    }

    private static func manifest(_ path: String) throws -> Manifest {
        try Manifest(path: FilePath(path), trust: ManifestTrust(signers: [], allowsUnsigned: true))
    }

    private static func target(_ path: String) -> NewManifestFile {
        NewManifestFile(path: FilePath(path), overwrite: true, signer: nil, register: nil)
    }

    private static func say(_ entryCount: UInt64, since start: UInt64) {
        let wall = Double(coffer_monotonic_time() - start) / 1e9
        let cpu = Double(coffer_processor_time()) / 1e9
        print("{\"entries\": \(entryCount), \"wall\": \(wall), \"cpu\": \(cpu), \"peak\": \(coffer_peak_memory())}")
    }
}
