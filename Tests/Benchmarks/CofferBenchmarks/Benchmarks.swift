import OpenSSL

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// In-process figures. `Tests/Benchmarks/run.py` calls it, adds those of the command, and compares with the limits.
///
///     CofferBenchmarks DISK-FOLDER MEMORY-FOLDER
///     CofferBenchmarks objects FOLDER VERSIONS        see ObjectBenchmarks
///
/// Both folders must exist and be empty; the second lies on a memory file system, where `fdatasync` does nothing. Prints one figure a
/// line: name, CPU nanoseconds for each operation, wall nanoseconds for each operation, separated by tabs.
@main
struct Benchmarks {
    private static let operationCount = 50 * 1024
    private static let rounds = 3

    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "objects", let versionCount = Int(arguments[3]) {
            try SecureHeap.initialize()
            return try await ObjectBenchmarks(folder: arguments[2], versionCount: versionCount).run()
        }
        guard arguments.count == 3 else {
            print("usage: CofferBenchmarks DISK-FOLDER MEMORY-FOLDER")
            exit(64)
        }
        try SecureHeap.initialize()
        let (onDisk, inMemory) = (try await WarmStore(in: arguments[1]), try await WarmStore(in: arguments[2]))
        let audit = try AuditAlone(in: arguments[2])
        for tasks in [64, 256] {
            try await report("generate-data-key/disk/\(tasks)") { try await onDisk.generateDataKeys(count: operationCount, tasks: tasks) }
            try await report("generate-data-key/memory/\(tasks)") {
                try await inMemory.generateDataKeys(count: operationCount, tasks: tasks)
            }
            try await report("audit-event/memory/\(tasks)") { try await audit.record(count: operationCount, tasks: tasks) }
        }
        try await report("primitives") { try Primitives.run(count: operationCount) }
    }

    /// The round with the least CPU time: whatever else the machine does can only add.
    private static func report(_ name: String, _ work: @Sendable () async throws -> Void) async throws {
        var best: Elapsed?
        for _ in 0..<rounds {
            let round = try await Elapsed.measure(work)
            if round.cpu < best?.cpu ?? .max { best = round }
        }
        guard let best else { return }
        print(name, best.cpu / Int64(operationCount), best.wall / Int64(operationCount), separator: "\t")
    }
}
