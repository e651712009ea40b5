import Findings
import SystemPackage
import Testing

@testable import ObjectStore

/// Lets every call of an operation fail in turn, each in a copy of the sample of its own, and looks at what is left.
struct FaultSweep: Sendable, CustomTestStringConvertible {
    enum Place: Sendable, Hashable {
        /// The calls that blob files are written with.
        case blobs
        /// The calls that they are looked for and read with.
        case blobReads
        /// The calls with which SQLite changes its files.
        case database
        /// The calls with which SQLite reads them.
        case databaseReads
    }

    let place: Place
    let isFull: Bool

    static let all = [
        FaultSweep(place: .blobs, isFull: false), FaultSweep(place: .blobs, isFull: true), FaultSweep(place: .blobReads, isFull: false),
        FaultSweep(place: .database, isFull: false), FaultSweep(place: .database, isFull: true),
        FaultSweep(place: .databaseReads, isFull: false),
    ]

    var testDescription: String { "\(place), \(isFull ? "full" : "broken") disk" }

    /// No operation has so many calls.
    private static let maximumCallCount = 400
    /// Every call that changes something fails on a broken disk. Of those that only read, and on a full one, some stand for all.
    private var step: Int { place == .databaseReads || place == .blobReads ? 4 : isFull ? 3 : 1 }

    /// One failure of one operation.
    private struct Case {
        let operation: StoreOperation
        let number: Int
        let before: StoreImage
        let after: StoreImage
        var title = ""

        func expect(_ isSo: Bool, _ otherwise: @autoclosure () -> String) {
            if !isSo { Issue.record("\(title): \(otherwise().prefix(600))") }
        }
    }

    /// - Returns: how many calls failed.
    func run(_ operation: StoreOperation, _ sample: SampleStore) async throws -> Int {
        let copy = try sample.copy()
        let before = try await StoreImage.read(copy.open(), isExact: false)
        try #require(before.failures.isEmpty)
        let done = try sample.copy()
        try await operation.run(sample, done, done.open())
        let after = try await StoreImage.read(done.open(), isExact: false)
        if operation.isInvisible { try #require(after == before) } else { try #require(after != before) }
        var count = 0
        for number in stride(from: 1 + operation.name.utf8.count % step, through: Self.maximumCallCount, by: step) {
            guard try await run(Case(operation: operation, number: number, before: before, after: after), sample) else { return count }
            count += 1
        }
        Issue.record("\(operation.name) has more than \(Self.maximumCallCount) calls")
        return Self.maximumCallCount
    }

    /// - Returns: false when there is no such call.
    private func run(_ one: Case, _ sample: SampleStore) async throws -> Bool {
        var one = one
        let copy = try sample.copy()
        let (files, disk) = (BlobFaults(), DatabaseFaults(in: copy.folder))
        let service = try await copy.open(files)
        switch place {
        case .blobs: files.arm(failAt: one.number, of: BlobFaults.Call.changing, with: isFull ? .noSpace : .ioError)
        case .blobReads: files.arm(failAt: one.number, of: BlobFaults.Call.reading)
        case .database: disk.arm(failAt: one.number, isFull: isFull)
        case .databaseReads: disk.arm(failAt: one.number, of: .read)
        }
        var failure: ObjectStoreError?
        do { try await one.operation.run(sample, copy, service) } catch let error as ObjectStoreError { failure = error }
        let failed = files.failed?.rawValue ?? disk.failed?.description
        let isOfChange = place == .blobs || place == .database
        let isShared = disk.failed == .sharedMemory
        files.disarm()
        disk.disarm()
        one.title = "\(one.operation.name): \(testDescription), call \(one.number) (\(failed ?? "none"))"
        guard failed != nil else {
            one.expect(failure == nil, "\(failure?.description ?? "")")
            return false
        }
        if let failure { check(failure, isOfChange, isShared: isShared, one) }
        let mayWrite = failure.map { !$0.isWriteFailure } ?? true
        // Where no byte changed that was there, there is nothing to be seen either.
        let isTouched = try !copy.isWhole(sample.keeper.folder)
        // As a process that is killed now leaves it.
        let killed = failure == nil || isTouched ? try copy.copy() : nil
        try await probe(service, mayWrite, one)
        if let killed { try await inspect(killed, one, failure, mayWrite) }
        return true
    }

    // MARK: What has to be so

    /// - Parameter isShared: whether it is of the memory that connections share, which is no part of what is stored.
    private func check(_ failure: ObjectStoreError, _ isOfChange: Bool, isShared: Bool, _ one: Case) {
        let codes: Set<ObjectStoreErrorCode> =
            switch (place, isFull) {
            // SQLite tells a full disk from a broken one when it writes, not when it waits for the disk, and calls a file that it
            // cannot open one that it may not.
            case (.database, true): [.noSpace, .storageFailure, .storeReadOnly]
            case (.database, false): [.storageFailure, .storeReadOnly]
            case (.blobs, true): [.noSpace]
            case (.blobs, false), (.blobReads, _): [.storageFailure]
            // The second: second factors that cannot be read.
            case (.databaseReads, _): [.storageFailure, .serviceUnavailable]
            }
        one.expect(codes.contains(failure.code), "\(failure)")
        if isOfChange, !isShared, failure.code == .storageFailure { one.expect(failure.isWriteFailure, "\(failure)") }
        if place == .databaseReads { one.expect(!failure.isWriteFailure, "\(failure)") }
    }

    /// Whether the store can be written is what it is to be.
    private func probe(_ service: LocalObjectService, _ mayWrite: Bool, _ one: Case) async throws {
        do {
            try await SampleStore.put(service, StoreImage.probes, "probe", [1, 2, 3])
            one.expect(mayWrite, "writes go on")
        } catch let error as ObjectStoreError {
            one.expect(!mayWrite && error.code == .storeReadOnly, "\(error)")
        }
    }

    static let harmless: Set<String> = [
        StoreFinding.orphanBlob.rawValue, StoreFinding.doomedBlob.rawValue, StoreFinding.abandonedUpload.rawValue,
        StoreFinding.storeFailed.rawValue, StoreFinding.blobHeader.rawValue,
    ]

    private func inspect(_ copy: StoreCopy, _ one: Case, _ failure: ObjectStoreError?, _ mayWrite: Bool) async throws {
        let service = try await copy.open()
        let image = try await StoreImage.read(service, isExact: false)
        one.expect(image.failures.isEmpty, "\(image.failures)")
        if failure == nil {
            one.expect(image == one.after, "\(image.differences(from: one.after))")
        } else if one.operation.isAtomic {
            one.expect(image == one.before || image == one.after, "\(image.differences(from: one.before))")
        } else {
            let mixed = image.facts.filter { one.before.facts[$0.key] != $0.value && one.after.facts[$0.key] != $0.value }
            one.expect(mixed.isEmpty, "\(mixed)")
        }
        if !mayWrite { try await probe(service, false, one) }
        // It takes longer than all the rest.
        guard failure == nil || one.number % 4 == 0 else { return }
        let check = try await service.check(repair: false)
        let findings = check.findings.filter { !Self.harmless.contains($0.id) }
        one.expect(findings.isEmpty, "\(findings.map { "\($0.id) \($0.resource)" })")
        try await probe(service, true, one)
    }
}
