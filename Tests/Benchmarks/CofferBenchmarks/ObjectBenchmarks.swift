import AuditTrail
import Foundation
import GRDB
import KeyStore
import ObjectStore
import OpenSSL
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Figures of the object store. `Tests/Benchmarks/run.py` calls it:
///
///     CofferBenchmarks objects FOLDER VERSIONS
///
/// The folder must exist and be empty. Prints one figure a line: name and value, separated by a tab.
struct ObjectBenchmarks {
    private static let smallCount = 1024
    private static let durableCount = 30_000
    private static let durableTasks = 256
    private static let durableByteCount = 4096
    private static let floorBatch = 50
    private static let bucket = "bench"

    let folder: String
    let versionCount: Int

    func run() async throws {
        print("floor/sqlite-4k-per-second", try floor(), separator: "\t")
        try await durablePuts()
        try await scale()
    }

    // MARK: Durable puts

    /// What SQLite alone does on this disk: rows of 4 KiB, fifty to a commit, each commit synchronized.
    private func floor() throws -> Int {
        let pool = try DatabasePool(path: folder + "/floor.sqlite")
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)")
        }
        let bytes = try Random.bytes(Self.durableByteCount)
        let count = Self.durableCount / 2
        let start = ContinuousClock.now
        for _ in 0..<count / Self.floorBatch {
            try pool.write { db in
                for _ in 0..<Self.floorBatch { try db.execute(literal: "INSERT INTO t (b) VALUES (\(Data(bytes)))") }
            }
        }
        return Self.rate(count, since: start)
    }

    private func durablePuts() async throws {
        let store = try await BenchmarkStore(in: folder + "/durable")
        try await store.createBucket(Self.bucket)
        let bytes = try Random.bytes(Self.durableByteCount)
        let start = ContinuousClock.now
        let elapsed = try await Elapsed.measure {
            try await inParallel(count: Self.durableCount, tasks: Self.durableTasks) { try await store.put(Self.bucket, bytes) }
        }
        print("put-4k/per-second", Self.rate(Self.durableCount, since: start), separator: "\t")
        print("put-4k/cpu-microseconds", Double(elapsed.cpu) / Double(Self.durableCount) / 1000, separator: "\t")
    }

    private static func rate(_ count: Int, since start: ContinuousClock.Instant) -> Int {
        Int(Double(count) / ((ContinuousClock.now - start) / .seconds(1)))
    }

    // MARK: Scale

    /// The same operations on a bucket of a thousand versions and on one of many.
    private func scale() async throws {
        let store = try await BenchmarkStore(in: folder + "/scale")
        for (name, count) in [("small", Self.smallCount), ("large", versionCount)] {
            try await store.createBucket(name)
            try await inParallel(count: count, tasks: Self.durableTasks) { try await store.put(name, [1, 2, 3]) }
            try await figures(of: store, name)
        }
        print("memory/peak-kib", Self.peakMemory(), separator: "\t")
        let start = ContinuousClock.now
        let reopened = try await BenchmarkStore(reopening: folder + "/scale", keys: store.keys, trail: store.trail)
        try await reopened.listPage("large")
        print("reopen/milliseconds", (ContinuousClock.now - start) / .milliseconds(1), separator: "\t")
    }

    private func figures(of store: BenchmarkStore, _ bucket: String) async throws {
        let rounds = 50
        var best = Int64.max
        for _ in 0..<rounds { best = min(best, try await Elapsed.measure { try await store.listPage(bucket) }.cpu) }
        print("list-1000/\(bucket)/cpu-microseconds", Double(best) / 1000, separator: "\t")
        let operations: [(String, @Sendable () async throws -> Void)] = [
            ("put", { try await store.put(bucket, [1, 2, 3]) }), ("get", { try await store.get(bucket) }),
        ]
        for (name, operation) in operations {
            var cpu = Int64.max
            for _ in 0..<5 {
                cpu = min(cpu, try await Elapsed.measure { try await inParallel(count: 2000, tasks: 64, operation) }.cpu / 2000)
            }
            print("\(name)/\(bucket)/cpu-microseconds", Double(cpu) / 1000, separator: "\t")
        }
    }

    private static func peakMemory() -> Int {
        var usage = rusage()
        let result = getrusage(0, &usage)
        precondition(result == 0, "the kernel knows this process")
        return usage.ru_maxrss
    }
}

/// A real object store in a folder, with keys of its own.
final class BenchmarkStore: Sendable {
    let service: LocalObjectService
    let keys: LocalKeyService
    let trail: AuditTrail
    private let number = Counter()

    convenience init(in folder: String) async throws {
        guard mkdir(folder, 0o700) == 0 else { throw Errno(rawValue: errno) }
        let store = try await WarmStore(in: folder)
        try await self.init(folder, store.service, store.trail, .createIfMissing)
    }

    convenience init(reopening folder: String, keys: LocalKeyService, trail: AuditTrail) async throws {
        try await self.init(folder, keys, trail, .existing)
    }

    private init(_ folder: String, _ keys: LocalKeyService, _ trail: AuditTrail, _ access: LocalObjectService.Access) async throws {
        self.keys = keys
        self.trail = trail
        service = try await LocalObjectService.open(
            ObjectStoreEnvironment(
                folder: FilePath(folder), keys: keys, trail: trail, clock: SystemClock(),
                caller: CallerIdentity(userName: "benchmark", userAgent: "coffer-benchmarks"), identity: keys.identity), access)
    }

    func createBucket(_ name: String) async throws {
        try await service.createBucket(CreateBucketRequest(bucket: BucketName(name)))
        try await service.putBucketVersioning(
            PutBucketVersioningRequest(bucket: BucketName(name), versioningConfiguration: VersioningConfiguration(status: .enabled)))
    }

    /// Keys as a tree of files has them, in no order.
    func put(_ bucket: String, _ bytes: [UInt8]) async throws {
        let number = number.next()
        let key = try ObjectKey("2026/folder-\(number * 2_654_435_761 % 1000)/file-\(number)")
        _ = try await service.putObject(PutObjectRequest(bucket: BucketName(bucket), key: key, body: BytesBody(bytes)))
    }

    func get(_ bucket: String) async throws {
        let page = try await first(bucket)
        let response = try await service.getObject(
            GetObjectRequest(ObjectReference(bucket: BucketName(bucket), key: page)))
        _ = try await response.body.collect(limit: 1 << 20)
    }

    private func first(_ bucket: String) async throws -> ObjectKey {
        let request = ListObjectsV2Request(bucket: try BucketName(bucket), scope: ListingScope(maxKeys: 1))
        guard let entry = try await service.listObjectsV2(request).contents.first else { throw Errno.noSuchFileOrDirectory }
        return entry.key
    }

    func listPage(_ bucket: String) async throws {
        let request = ListObjectsV2Request(bucket: try BucketName(bucket))
        let page = try await service.listObjectsV2(request)
        guard page.contents.count >= 900 else { throw Errno.outOfRange }
    }
}

/// Gives each caller another number.
private final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
