import Envelope
import Findings
import KeyStore
import Synchronization

/// One run of a scrub, shared by its workers: who reads what, how far all are, and what was found.
final class ScrubRun: Sendable {
    /// Seals that a worker takes at once.
    private static let batchCount = 32
    /// How often the cursor is saved: what a kill can cost.
    private static let saveInterval = Duration.seconds(2)

    struct Damage: Sendable {
        let seal: Int64
        let finding: Finding
    }

    private struct State {
        /// The last seal that was given out.
        var given: Int64
        var isAtEnd = false
        /// Batches that are not done, by the number before the first seal in them that was not read.
        var open: Set<Int64> = []
        var scrub: ScrubState
        var damaged: [Damage] = []
        /// Whether an object was read to its end.
        var hasRead = false
        var verifiedByteCount: UInt64 = 0
        var verifiedObjectCount = 0
        var failure: ObjectStoreError?
        var lastSave = ContinuousClock.now
    }

    private let service: LocalObjectService
    private let deadline: ContinuousClock.Instant?
    /// Whether one object is read however late it is, so that runs of a busy machine come to the end of the store, too.
    private let readsOne: Bool
    private let covered: UInt64
    private let total: UInt64
    private let progress: @Sendable (ScrubProgress) -> Void
    private let current: Mutex<State>

    init(
        _ service: LocalObjectService, from start: ScrubState, covered: UInt64, total: UInt64, _ budget: Duration?,
        _ progress: @escaping @Sendable (ScrubProgress) -> Void
    ) {
        self.service = service
        self.covered = covered
        self.total = total
        self.progress = progress
        deadline = budget.map { ContinuousClock.now + $0 }
        readsOne = budget != .zero
        current = Mutex(State(given: start.cursor, scrub: start))
    }

    // MARK: What came of it

    /// All up to its cursor was read.
    var state: ScrubState { current.withLock { $0.scrub } }
    var damaged: [Damage] { current.withLock { $0.damaged.sorted { $0.seal < $1.seal } } }
    var verifiedByteCount: UInt64 { current.withLock { $0.verifiedByteCount } }
    var verifiedObjectCount: Int { current.withLock { $0.verifiedObjectCount } }
    var failure: ObjectStoreError? { current.withLock { $0.failure } }
    var isComplete: Bool { current.withLock { $0.isAtEnd && $0.open.isEmpty && $0.failure == nil } }

    // MARK: Workers

    func work() async {
        do throws(ObjectStoreError) {
            while let batch = try takeBatch() {
                var behind = batch.start
                for id in batch.ids {
                    guard goesOn else { return }
                    try await read(id)
                    current.withLock { $0.hasRead = true }
                    if advance(from: behind, to: id, isEnd: id == batch.ids.last) { try await service.save(self, isComplete: false) }
                    behind = id
                }
            }
        } catch {
            current.withLock { $0.failure = $0.failure ?? error }
        }
    }

    private struct Batch {
        let start: Int64
        let ids: [Int64]
    }

    private var goesOn: Bool {
        let (hasFailed, hasRead) = current.withLock { ($0.failure != nil, $0.hasRead) }
        guard !hasFailed, !Task.isCancelled else { return false }
        guard let deadline else { return true }
        return ContinuousClock.now < deadline || readsOne && !hasRead
    }

    private func takeBatch() throws(ObjectStoreError) -> Batch? {
        guard goesOn else { return nil }
        return try current.withLock { state throws(ObjectStoreError) in
            guard !state.isAtEnd else { return nil }
            let start = state.given
            let ids = try service.view { reader throws(ObjectStoreError) in
                var query = try Query(reader.db, "SELECT id FROM seal WHERE id > ? ORDER BY id LIMIT ?")
                query.bind(start)
                query.bind(Int64(Self.batchCount))
                var ids: [Int64] = []
                while try query.step() { ids.append(query.integer(0)) }
                return ids
            }
            guard let last = ids.last else {
                state.isAtEnd = true
                return nil
            }
            state.given = last
            state.open.insert(start)
            return Batch(start: start, ids: ids)
        }
    }

    /// A batch of large objects takes longer than a budget: also what was read of one that is not finished counts.
    /// - Returns: whether it is time to save how far the run is.
    private func advance(from start: Int64, to id: Int64, isEnd: Bool) -> Bool {
        current.withLock { state in
            state.open.remove(start)
            if !isEnd { state.open.insert(id) }
            state.scrub.cursor = state.open.min() ?? state.given
            guard ContinuousClock.now - state.lastSave > Self.saveInterval else { return false }
            state.lastSave = ContinuousClock.now
            return true
        }
    }

    // MARK: One object

    private func read(_ id: Int64) async throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            let byteCount = try await service.verify(id) { [self] in !goesOnReading }
            note(id, byteCount)
        } catch {
            guard let kind = error.scrubFinding else { throw error }
            // It may have been deleted while it was read.
            guard try service.view({ reader throws(ObjectStoreError) in try reader.nextSealID(behind: id - 1) == id }) else { return }
            let name = try service.view { reader throws(ObjectStoreError) in reader.describe(id) }
            note(id, kind.finding(name, [("error", error.message)]))
        }
    }

    /// An object that was begun is read to its end also after the time is over: a large one would never be, else.
    private var goesOnReading: Bool { !Task.isCancelled }

    private func note(_ id: Int64, _ byteCount: UInt64) {
        let verified = current.withLock { state in
            state.verifiedByteCount += byteCount
            state.verifiedObjectCount += 1
            state.scrub.damaged.removeAll { $0 == id }
            return state.verifiedByteCount
        }
        progress(ScrubProgress(verifiedByteCount: covered + verified, totalByteCount: total, objectName: "seal \(id)"))
    }

    private func note(_ id: Int64, _ finding: Finding) {
        current.withLock { state in
            state.damaged.append(Damage(seal: id, finding: finding))
            if state.scrub.damaged.count < ScrubState.maximumDamagedCount, !state.scrub.damaged.contains(id) {
                state.scrub.damaged.append(id)
            }
        }
    }
}

extension LocalObjectService {
    /// The header in a file is for the day when the database is gone, and nothing else reads it.
    fileprivate func requireHeader(of blob: BlobRow, _ fileKey: borrowing FileKey, _ name: SealedName) throws(ObjectStoreError) {
        let bytes = try blobs.readHeader(of: blob.name, byteCount: blob.headerByteCount)
        do throws(ObjectStoreError) {
            let header = try ObjectSealer.parse(bytes, name.description)
            do { try fileKey.requireMAC(of: header, name: name.description) } catch {
                throw ObjectStoreError(.damagedObject, "\(error.message).")
            }
        } catch {
            throw ObjectStoreError(.invalidObjectState, error.message)
        }
    }
}

extension ObjectStoreError {
    /// What it says about an object that is read; nil for what says nothing about it.
    fileprivate var scrubFinding: StoreFinding? {
        switch code {
        case .damagedObject: isMissingBlob ? .missingBlob : .bitRot
        case .damagedRecord: .damagedRow
        case .invalidObjectState: .blobHeader
        case .kmsNotFound, .kmsDisabled, .kmsInvalidState: .undecryptable
        // A disk that cannot read a file is as good as one without it.
        case .storageFailure: isWriteFailure ? nil : .bitRot
        default: nil
        }
    }
}

extension LocalObjectService {
    /// Reads all stored bytes of one seal.
    ///
    /// - Returns: how many there are; 0 for one that is gone.
    fileprivate func verify(_ id: Int64, isCancelled: @escaping @Sendable () -> Bool) async throws(ObjectStoreError) -> UInt64 {
        let located = try view { reader throws(ObjectStoreError) -> (seal: SealRow, blobs: [(blob: BlobRow, size: UInt64?)])? in
            guard try reader.nextSealID(behind: id - 1) == id else { return nil }
            let seal = try reader.seal(id)
            switch seal.layout {
            case .inline: return (seal, [])
            case .blob(let blob): return (seal, [(try reader.blob(blob), nil)])
            case .parts:
                var blobs: [(blob: BlobRow, size: UInt64?)] = []
                for part in try reader.parts(of: id) { blobs.append((try reader.blob(part.blob), part.entry.size)) }
                return (seal, blobs)
            }
        }
        guard let (seal, blobs) = located else { return 0 }
        // The row was authenticated, and its MAC is over the payload.
        if let payload = seal.payload { return UInt64(payload.count) }
        guard !blobs.isEmpty else { return 0 }
        let name = try SealedName(header: seal.header)
        let fileKey = try await sealer.unlock(seal.header, name)
        var sum: UInt64 = 0
        for (blob, size) in blobs {
            let byteCount = if let size { size } else { try blob.plaintextByteCount(name) }
            let segment = PayloadSegment(place: blob.payloadPlace, byteCount: byteCount)
            _ = try PayloadVerifier().verify(
                segment, fileKey: fileKey, folder: self.blobs, objectName: name.versionDescription, isCancelled: isCancelled)
            try requireHeader(of: blob, fileKey, name)
            sum += blob.fileByteCount
        }
        return sum
    }
}
