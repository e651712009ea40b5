public import Findings
public import KeyStore
import Synchronization

/// Input of `LocalObjectService.scrub`.
public struct ScrubRequest: Sendable {
    /// After this time nothing new is begun, but that one object is read in any case unless it is zero; nil reads everything.
    public var budget: Duration?
    /// Goes on where the last run stopped; else everything is read from the begin.
    public var resume = false

    public init() {}
}

/// How far a scrub is.
public struct ScrubProgress: Sendable {
    /// Of this pass, runs before this one included.
    public let verifiedByteCount: UInt64
    public let totalByteCount: UInt64
    public let objectName: String
}

/// Output of `LocalObjectService.scrub`.
public struct ScrubReport: Sendable {
    /// An object of which no byte was ever read back.
    public struct Unverified: Sendable, Hashable {
        public let name: String
        /// When it was written; nil where its version is gone.
        public let lastModified: Timestamp?
    }

    /// Of the whole pass, also of runs before this one.
    public let findings: [Finding]
    /// Stored bytes that were found authentic by this run.
    public let verifiedByteCount: UInt64
    public let verifiedObjectCount: Int
    /// Stored bytes that this pass has read so far, and all there are.
    public let coveredByteCount: UInt64
    public let totalByteCount: UInt64
    /// Whether the pass is at its end.
    public let isComplete: Bool
    /// The oldest object that no pass has read yet; nil if there is none.
    public let oldestUnverified: Unverified?
    /// No byte that was ever verified was last verified before this; nil when none was.
    public let verifiedSince: Timestamp?

    /// Whether data is lost or not certain.
    public var isDamaged: Bool { findings.contains { $0.isStoreDamage } }
    /// 0 to 1.
    public var coverage: Double { totalByteCount == 0 ? 1 : Double(coveredByteCount) / Double(totalByteCount) }
}

extension LocalObjectService {
    /// Objects that are read at once. More than there are cores, because each waits for the key service first.
    private static let workerCount = 8

    /// Reads every stored byte and finds out whether it is what was written: small objects by the MAC of their row, larger ones by
    /// opening every chunk.
    ///
    /// It can be killed at any time; a later run with `resume` goes on near there.
    public func scrub(
        _ request: ScrubRequest, progress: @escaping @Sendable (ScrubProgress) -> Void
    ) async throws(ObjectStoreError) -> ScrubReport {
        let now = try now()
        let (start, totals) = try view { reader throws(ObjectStoreError) in
            let last = try reader.scrubState()
            let state = request.resume ? last.flatMap { $0.finished == nil ? $0 : nil } : nil
            return (state ?? ScrubState(started: now, previous: last?.pass), try reader.storedByteCounts(upTo: state?.cursor ?? 0))
        }
        let run = ScrubRun(self, from: start, covered: totals.covered, total: totals.total, request.budget, progress)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.workerCount { group.addTask { await run.work() } }
        }
        // Who stops it goes on later where it was.
        if let error = run.failure, error.code != .cancelled { throw error }
        let state = try await save(run, isComplete: run.isComplete)
        if Task.isCancelled || run.failure != nil { throw ObjectStoreError(.cancelled) }
        return try report(run, state)
    }

    /// Remembers how far the pass is.
    @discardableResult
    func save(_ run: ScrubRun, isComplete: Bool) async throws(ObjectStoreError) -> ScrubState {
        var state = run.state
        if isComplete { state.finished = try now() }
        let saved = state
        guard health.isWritable else { return saved }
        try await committer.commit { transaction throws(ObjectStoreError) in try transaction.set(saved) }
        return saved
    }

    private func report(_ run: ScrubRun, _ state: ScrubState) throws(ObjectStoreError) -> ScrubReport {
        // Also what was found damaged was read.
        let counts = try view { reader throws(ObjectStoreError) in try reader.storedByteCounts(upTo: state.cursor) }
        let unverified = try view { reader throws(ObjectStoreError) in
            try reader.nextSealID(behind: max(state.cursor, state.previous?.last ?? 0)).map { id throws(ObjectStoreError) in
                try reader.unverified(id)
            }
        }
        let known = Set(run.damaged.map(\.seal))
        let earlier = state.damaged.filter { !known.contains($0) }
        let findings = run.damaged.map(\.finding) + (try earlierFindings(earlier))
        let hasOlder = try view { reader throws(ObjectStoreError) in
            guard let previous = state.previous, let next = try reader.nextSealID(behind: state.cursor) else { return false }
            return next <= previous.last
        }
        return ScrubReport(
            findings: findings, verifiedByteCount: run.verifiedByteCount, verifiedObjectCount: run.verifiedObjectCount,
            coveredByteCount: counts.covered, totalByteCount: counts.total, isComplete: run.isComplete, oldestUnverified: unverified,
            verifiedSince: hasOlder ? state.previous?.started : state.cursor > 0 ? state.started : nil)
    }

    /// What runs before this one found; versions that were deleted meanwhile are left out.
    private func earlierFindings(_ seals: [Int64]) throws(ObjectStoreError) -> [Finding] {
        try view { reader throws(ObjectStoreError) in
            var findings: [Finding] = []
            for id in seals where try reader.nextSealID(behind: id - 1) == id {
                findings.append(StoreFinding.bitRot.finding(reader.describe(id), [("found", "by an earlier run of this pass")]))
            }
            return findings
        }
    }
}

extension ScrubState {
    /// As the pass before the next one. Of one that was not finished, only what it read counts.
    fileprivate var pass: Pass { Pass(started: started, last: cursor) }
}

extension StoreReader {
    func nextSealID(behind id: Int64) throws(ObjectStoreError) -> Int64? {
        var query = try Query(db, "SELECT id FROM seal WHERE id > ? ORDER BY id LIMIT 1")
        query.bind(id)
        return try query.step() ? query.integer(0) : nil
    }

    /// The version of a seal as people name it, or the number of the seal where its header does not say.
    func describe(_ id: Int64) -> String {
        do throws(ObjectStoreError) {
            return try SealedName(header: seal(id).header).versionDescription
        } catch {
            return "seal \(id)"
        }
    }

    fileprivate func unverified(_ id: Int64) throws(ObjectStoreError) -> ScrubReport.Unverified {
        let (seal, name): (SealRow, SealedName)
        do throws(ObjectStoreError) {
            seal = try self.seal(id)
            name = try SealedName(header: seal.header)
        } catch {
            // It will be found when it is read.
            guard [.damagedRecord, .damagedObject].contains(error.code) else { throw error }
            return ScrubReport.Unverified(name: "seal \(id)", lastModified: nil)
        }
        var lastModified: Timestamp?
        try forEachVersion(in: seal.bucket, from: name.key.bytes) { version throws(ObjectStoreError) in
            guard version.key == name.key else { return false }
            // The oldest of those that share it was there when its bytes were written.
            if version.record.object?.seal == seal.id { lastModified = version.record.lastModified }
            return true
        }
        return ScrubReport.Unverified(name: name.versionDescription, lastModified: lastModified)
    }

    /// Stored bytes: payloads in rows, and whole files.
    fileprivate func storedByteCounts(upTo cursor: Int64) throws(ObjectStoreError) -> (covered: UInt64, total: UInt64) {
        var (covered, total): (UInt64, UInt64) = (0, 0)
        var query = try Query(db, "SELECT id, length(payload), blob FROM seal")
        while try query.step() {
            var count = UInt64(clamping: query.integer(1))
            if query.isNull(1) {
                let id = query.integer(0)
                count = query.isNull(2) ? try byteCountOfParts(id) : try byteCountOfBlob(query.integer(2))
            }
            total += count
            if query.integer(0) <= cursor { covered += count }
        }
        return (covered, total)
    }

    /// 0 for one whose row is damaged, which is reported elsewhere.
    private func byteCountOfBlob(_ id: Int64) throws(ObjectStoreError) -> UInt64 {
        do throws(ObjectStoreError) {
            return try blob(id).fileByteCount
        } catch {
            guard error.code == .damagedRecord else { throw error }
            return 0
        }
    }

    private func byteCountOfParts(_ owner: Int64) throws(ObjectStoreError) -> UInt64 {
        var ids: [Int64] = []
        do throws(ObjectStoreError) {
            ids = try parts(of: owner).map(\.blob)
        } catch {
            guard error.code == .damagedRecord else { throw error }
        }
        var sum: UInt64 = 0
        for id in ids { sum += try byteCountOfBlob(id) }
        return sum
    }
}
