import AgeFormat
import AuditTrail
import Envelope
import KeyStore

/// Input of `LocalObjectService.rewrap`.
public struct StoreRewrapRequest: Sendable {
    /// nil for all buckets.
    public var bucket: BucketName?
    /// The KMS key that opens the objects from now on; nil for the newest version of the one that each has.
    public var keyID: String?
    public var dryRun = false

    public init(bucket: BucketName? = nil, keyID: String? = nil) {
        self.bucket = bucket
        self.keyID = keyID
    }
}

/// Output of `LocalObjectService.rewrap`.
public struct StoreRewrapSummary: Sendable {
    /// An object that kept its header.
    public struct Failure: Sendable {
        public let name: String
        public let error: ObjectStoreError
    }

    public internal(set) var rewrapped = 0
    public internal(set) var unchanged = 0
    public internal(set) var failures: [Failure] = []
}

/// How far a rewrapping is.
public struct StoreRewrapProgress: Sendable {
    public let doneCount: Int
    public let totalCount: Int
}

extension LocalObjectService {
    private static let maximumFailureCount = 1000
    /// Objects whose headers are changed by one transaction.
    private static let rewrapBatchCount = 64

    /// Gives objects another header: under another KMS key, under the newest version of their key, with or without the recovery recipient.
    /// No payload is read or written. What is as it should be already is passed over, so that a run that was stopped goes on where it was.
    ///
    /// It takes nothing back: whoever has an old header and the old key can open the object, as before.
    public func rewrap(
        _ request: StoreRewrapRequest, progress: @escaping @Sendable (StoreRewrapProgress) -> Void
    ) async throws(ObjectStoreError) -> StoreRewrapSummary {
        var summary = StoreRewrapSummary()
        let (bucket, total, recovery) = try view { reader throws(ObjectStoreError) in
            let bucket = try request.bucket.map { name throws(ObjectStoreError) in try reader.bucket(name).id }
            return (bucket, try reader.sealCount(in: bucket), try reader.state().recovery)
        }
        var versions = CurrentKeyVersions(environment.keys)
        let target = if let keyID = request.keyID { try await versions.current(of: usableKey(keyID)) } else { KeyVersionTag?.none }
        var cursor: Int64 = 0
        while true {
            if Task.isCancelled { throw ObjectStoreError(.cancelled) }
            let batch = try view { [cursor] reader throws(ObjectStoreError) in
                try reader.sealIDs(behind: cursor, in: bucket, limit: Self.rewrapBatchCount)
            }
            guard let last = batch.last else { return summary }
            cursor = last
            var changes: [SealChange] = []
            for outcome in try await self.changes(of: batch, target, &versions, recovery) {
                switch outcome.change {
                case .success(nil): summary.unchanged += 1
                case .success(let change?): changes.append(change)
                case .failure(let error):
                    guard error.isOfOneObject, summary.failures.count < Self.maximumFailureCount else { throw error }
                    let name = try view { reader throws(ObjectStoreError) in reader.describe(outcome.seal) }
                    summary.failures.append(StoreRewrapSummary.Failure(name: name, error: error))
                }
            }
            let failures = request.dryRun ? [] : try await carryOut(changes)
            summary.failures += failures
            summary.rewrapped += changes.count - failures.count
            progress(
                StoreRewrapProgress(
                    doneCount: summary.rewrapped + summary.unchanged + summary.failures.count, totalCount: total))
        }
    }

    private struct Outcome: Sendable {
        let seal: Int64
        /// nil when the seal is as it should be.
        let change: Result<SealChange?, ObjectStoreError>
    }

    /// What is to be done to each seal. The key service is asked about all of them at once, so that their events share writes.
    private func changes(
        of seals: [Int64], _ target: KeyVersionTag?, _ versions: inout CurrentKeyVersions, _ recovery: StoreState.Recovery?
    ) async throws(ObjectStoreError) -> [Outcome] {
        var outcomes: [Outcome] = []
        var wanted: [(seal: SealRow, key: KeyVersionTag)] = []
        for id in seals {
            do throws(ObjectStoreError) {
                let seal = try view { reader throws(ObjectStoreError) in try reader.seal(id) }
                wanted.append((seal, try await wantedKey(of: seal, target, &versions)))
            } catch {
                outcomes.append(Outcome(seal: id, change: .failure(error)))
            }
        }
        await withTaskGroup(of: Outcome.self) { group in
            for (seal, key) in wanted {
                group.addTask {
                    do throws(ObjectStoreError) {
                        return Outcome(seal: seal.id, change: .success(try await self.change(seal, to: key, recovery)))
                    } catch {
                        return Outcome(seal: seal.id, change: .failure(error))
                    }
                }
            }
            for await outcome in group { outcomes.append(outcome) }
        }
        return outcomes.sorted { $0.seal < $1.seal }
    }

    private func wantedKey(
        of seal: SealRow, _ target: KeyVersionTag?, _ versions: inout CurrentKeyVersions
    ) async throws(ObjectStoreError) -> KeyVersionTag {
        if let target { return target }
        let arn = try view { reader throws(ObjectStoreError) in try reader.keyARN(seal.objectKey) }
        return try await versions.current(of: arn)
    }

    /// - Returns: nil when the seal is as it should be.
    private func change(
        _ seal: SealRow, to wanted: KeyVersionTag, _ recovery: StoreState.Recovery?
    ) async throws(ObjectStoreError) -> SealChange? {
        let name = try SealedName(header: seal.header)
        let parsed = try ObjectSealer.parse(seal.header, name.description)
        let present = KMSKeyStanzaTag(try ObjectSealer.wrapped(parsed, name.description))
        // Who is behind an X25519 stanza cannot be told from it, so the row says it.
        if present.tag == wanted, seal.recovery == recovery?.number ?? 0 { return nil }
        let fileKey = try await sealer.unlock(seal.header, name)
        let new = try await sealer.seal(fileKey, for: name, keyID: wanted.keyARN, recovery: recovery)
        let padded = try new.paddedHeader()
        var files: [(blob: BlobRow, header: [UInt8])] = []
        for blob in try view({ reader throws(ObjectStoreError) in try reader.blobs(of: seal) }) {
            let front = try blobs.readHeader(of: blob.name, byteCount: blob.headerByteCount)
            guard try isOurs(front, name) else { continue }
            guard padded.count == blob.headerByteCount else {
                throw ObjectStoreError(.invalidRequest, "\(name.description): the new header does not fit into the place of the old one.")
            }
            files.append((blob, padded))
        }
        return SealChange(
            old: seal, keyARN: new.keyARN, recovery: new.recovery, header: try new.header(), name: name, files: files)
    }

    /// Whether the header in a file is for a version to write. A copy shares the file of its source, whose header stays as long as the source does.
    private func isOurs(_ header: [UInt8], _ name: SealedName) throws(ObjectStoreError) -> Bool {
        let named: SealedName
        do throws(ObjectStoreError) {
            named = try SealedName(header: header)
        } catch {
            // Damaged: it is written anew.
            return true
        }
        if named == name { return true }
        return try !view { reader throws(ObjectStoreError) in try reader.isSealed(named) }
    }

    /// The files first: a crash in between leaves the row as it was, and the next run does both again.
    ///
    /// - Returns: what stayed as it was.
    private func carryOut(_ changes: [SealChange]) async throws(ObjectStoreError) -> [StoreRewrapSummary.Failure] {
        var failures: [StoreRewrapSummary.Failure] = []
        var ready: [SealChange] = []
        for change in changes {
            do throws(ObjectStoreError) {
                try replaceHeaders(change)
                ready.append(change)
            } catch {
                guard error.isOfOneObject else { throw error }
                failures.append(StoreRewrapSummary.Failure(name: change.name.versionDescription, error: error))
            }
        }
        guard !ready.isEmpty else { return failures }
        let event = ObjectEvent("RewrapObjects", source: .coffer, [("objects", .integer(Int64(ready.count)))])
        try await committer.commit(event) { [ready] transaction throws(ObjectStoreError) in
            for change in ready { try transaction.carryOut(change) }
        }
        return failures
    }

    private func replaceHeaders(_ change: SealChange) throws(ObjectStoreError) {
        try changingFiles { () throws(ObjectStoreError) in
            for (blob, header) in change.files {
                do throws(ObjectStoreError) {
                    try blobs.replaceHeader(of: blob.name, with: header)
                } catch {
                    // Deleted since it was looked at.
                    guard error.isMissingBlob, try !view({ reader throws(ObjectStoreError) in try reader.isBlobKnown(blob.name) }) else {
                        throw error
                    }
                }
            }
        }
    }
}

extension StoreTransaction {
    fileprivate func carryOut(_ change: SealChange) throws(ObjectStoreError) {
        // It may have been deleted, or rewrapped by somebody else.
        guard try reader.nextSealID(behind: change.old.id - 1) == change.old.id else { return }
        let present = try reader.seal(change.old.id)
        guard present.header == change.old.header else { return }
        var new = present
        new.header = change.header
        new.objectKey = try objectKey(change.keyARN)
        new.recovery = change.recovery
        try replace(present, by: new, in: change.name.bucket)
    }
}

/// A header that is to be replaced, in its row and in its files.
private struct SealChange: Sendable {
    let old: SealRow
    let keyARN: String
    let recovery: Int64
    let header: [UInt8]
    let name: SealedName
    /// Files that have the header in front.
    let files: [(blob: BlobRow, header: [UInt8])]
}

/// A version of a KMS key, as a ciphertext names it.
struct KeyVersionTag: Sendable, Equatable {
    let keyARN: String
    /// nil where the key service does not say.
    let version: UInt32?
}

private struct KMSKeyStanzaTag {
    let tag: KeyVersionTag

    init(_ wrapped: WrappedFileKey) { tag = KeyVersionTag(keyARN: wrapped.keyARN, version: KMSKeyStanza(wrapped).keyVersion) }
}

/// The current versions of KMS keys. There is no request that tells a version without using the key, so it is read off a ciphertext: of a
/// random key that is thrown away.
private struct CurrentKeyVersions {
    private let keys: any KeyService
    private var known: [String: KeyVersionTag] = [:]

    init(_ keys: any KeyService) { self.keys = keys }

    mutating func current(of keyARN: String) async throws(ObjectStoreError) -> KeyVersionTag {
        if let tag = known[keyARN] { return tag }
        let generated: GeneratedFileKey
        do { generated = try await keys.generateFileKey(keyID: keyARN, encryptionContext: StoreKeys.context) } catch {
            throw ObjectStoreError(error)
        }
        let tag = KMSKeyStanzaTag(generated.wrapped).tag
        known[keyARN] = tag
        return tag
    }
}

extension ObjectStoreError {
    /// Whether the next object may do better.
    fileprivate var isOfOneObject: Bool {
        [.damagedObject, .damagedRecord, .kmsNotFound, .kmsDisabled, .kmsInvalidState, .invalidRequest].contains(code)
    }
}

extension StoreReader {
    fileprivate func sealCount(in bucket: Int64?) throws(ObjectStoreError) -> Int {
        var query = try Query(db, "SELECT count(*) FROM seal WHERE bucket = ? OR ? < 0")
        query.bind(bucket ?? -1)
        query.bind(bucket ?? -1)
        return try query.step() ? Int(query.integer(0)) : 0
    }

    fileprivate func sealIDs(behind id: Int64, in bucket: Int64?, limit: Int) throws(ObjectStoreError) -> [Int64] {
        var query = try Query(db, "SELECT id FROM seal WHERE id > ? AND (bucket = ? OR ? < 0) ORDER BY id LIMIT ?")
        query.bind(id)
        query.bind(bucket ?? -1)
        query.bind(bucket ?? -1)
        query.bind(Int64(limit))
        var ids: [Int64] = []
        while try query.step() { ids.append(query.integer(0)) }
        return ids
    }

    /// Whether a version or an upload has the seal that was made for this one.
    fileprivate func isSealed(_ name: SealedName) throws(ObjectStoreError) -> Bool {
        guard let bucket = try bucketIfPresent(name.bucket) else { return false }
        var isFound = false
        try forEachVersion(in: bucket.id, from: name.key.bytes) { version throws(ObjectStoreError) in
            guard version.key == name.key else { return false }
            isFound = version.record.object?.sealedUID == name.uid
            return !isFound
        }
        if isFound { return true }
        try forEachUpload(in: bucket.id, from: name.key.bytes) { upload throws(ObjectStoreError) in
            guard upload.key == name.key else { return false }
            isFound = upload.record.uid == name.uid
            return !isFound
        }
        return isFound
    }

    fileprivate func blobs(of seal: SealRow) throws(ObjectStoreError) -> [BlobRow] {
        switch seal.layout {
        case .inline: return []
        case .blob(let id): return [try blob(id)]
        case .parts:
            var rows: [BlobRow] = []
            for part in try parts(of: seal.id) { rows.append(try blob(part.blob)) }
            return rows
        }
    }
}
