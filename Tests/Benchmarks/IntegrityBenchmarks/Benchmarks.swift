import CIntegrityShims
import Integrity
import SystemPackage

/// Walks and hashes, and says as JSON what it took. `Tests/Benchmarks/integrity.py` runs it.
@main
struct Benchmarks {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, ["tree", "metadata", "file"].contains(arguments[1]) else {
            print("usage: IntegrityBenchmarks tree|metadata|file FOLDER")
            return
        }
        let path = FilePath(arguments[2])
        let start = coffer_monotonic_time()
        // One file is the only one of its folder.
        let survey = try TreeSurvey(of: path, hashesContents: arguments[1] != "metadata")
        let wall = coffer_monotonic_time() - start
        print(
            """
            {"entries": \(survey.entryCount), "files": \(survey.fileCount), "bytes": \(survey.byteCount), \
            "unreadable": \(survey.unreadableCount), "wall": \(Double(wall) / 1e9), \
            "cpu": \(Double(coffer_processor_time()) / 1e9), "peak": \(coffer_peak_memory())}
            """)
    }
}
