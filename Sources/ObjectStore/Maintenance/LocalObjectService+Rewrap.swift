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
            return (bucket, try reader.sealCount(in: bucket), try reader.state().recoveryRecipient)
        }
        var versions = CurrentKeyVersions(environment.keys)
        let target = if let keyID = request.keyID { try await versions.current(of: usableKey(keyID)) } else { KeyVersionTag?.none }
        var cursor: Int64 = 0
        while true {
            if Task.isCancelled { throw ObjectStoreError(.cancelled) }
            let batch = try view { [cursor] reader throws(ObjectStoreError) in
                try reader.seals(behind: cursor, in: bucket, limit: Self.rewrapBatchCount)
            }
            guard let last = batch.last else { return summary }
            cursor = last.id
            var changes: [SealChange] = []
            for seal in batch {
                do throws(ObjectStoreError) {
                    let wanted = try await wantedKey(of: seal, target, &versions)
                    guard let change = try await change(seal, to: wanted, recovery) else {
                        summary.unchanged += 1
                        continue
                    }
                    changes.append(change)
                } catch {
                    guard error.isOfOneObject, summary.failures.count < Self.maximumFailureCount else { throw error }
                    summary.failures.append(StoreRewrapSummary.Failure(name: error.message, error: error))
                }
            }
            if !request.dryRun { try await carryOut(changes) }
            summary.rewrapped += changes.count
            progress(
                StoreRewrapProgress(
                    doneCount: summary.rewrapped + summary.unchanged + summary.failures.count, totalCount: total))
        }
    }

    private func wantedKey(
        of seal: SealRow, _ target: KeyVersionTag?, _ versions: inout CurrentKeyVersions
    ) async throws(ObjectStoreError) -> KeyVersionTag {
        if let target { return target }
        let arn = try view { reader throws(ObjectStoreError) in try reader.keyARN(seal.objectKey) }
        return try await versions.current(of: arn)
    }

    /// A header that is to be replaced, in its row and in its files.
    private struct SealChange: Sendable {
        let old: SealRow
        let keyARN: String
        let header: [UInt8]
        let bucket: BucketName
        /// Files that have the header in front.
        let files: [(blob: BlobRow, header: [UInt8])]
    }

    /// - Returns: nil when the seal is as it should be.
    private func change(_ seal: SealRow, to wanted: KeyVersionTag, _ recovery: String?) async throws(ObjectStoreError) -> SealChange? {
        let name = try SealedName(header: seal.header)
        let parsed = try ObjectSealer.parse(seal.header, name.description)
        let present = KMSKeyStanzaTag(try ObjectSealer.wrapped(parsed, name.description))
        // Who is behind an X25519 stanza cannot be told from it: with a recovery recipient, headers are always written anew.
        let hasRecovery = parsed.stanzas.count > 1
        if present.tag == wanted, recovery == nil, !hasRecovery { return nil }
        if present.tag == wanted, recovery != nil, hasRecovery { return nil }
        let fileKey = try await sealer.unlock(seal.header, name)
        let new = try await sealer.seal(fileKey, for: name, keyID: wanted.keyARN, recovery: recovery)
        let padded = try new.paddedHeader()
        var files: [(blob: BlobRow, header: [UInt8])] = []
        for blob in try view({ reader throws(ObjectStoreError) in try reader.blobs(of: seal) }) {
            let front = try blobs.readHeader(of: blob.name, byteCount: blob.headerByteCount)
            // A copy shares the file of its source, whose header stays.
            guard Self.isHeader(front, of: name) else { continue }
            guard padded.count == blob.headerByteCount else {
                throw ObjectStoreError(.invalidRequest, "\(name.description): the new header does not fit into the place of the old one.")
            }
            files.append((blob, padded))
        }
        return SealChange(old: seal, keyARN: new.keyARN, header: try new.header(), bucket: name.bucket, files: files)
    }

    private static func isHeader(_ bytes: [UInt8], of name: SealedName) -> Bool {
        do throws(ObjectStoreError) {
            return try SealedName(header: bytes) == name
        } catch {
            // Damaged: it is written anew.
            return true
        }
    }

    /// The files first: a crash in between leaves the row as it was, and the next run does both again.
    private func carryOut(_ changes: [SealChange]) async throws(ObjectStoreError) {
        guard !changes.isEmpty else { return }
        try changingFiles { () throws(ObjectStoreError) in
            for change in changes {
                for (blob, header) in change.files { try blobs.replaceHeader(of: blob.name, with: header) }
            }
        }
        let event = ObjectEvent("RewrapObjects", source: .coffer, [("objects", .integer(Int64(changes.count)))])
        try await committer.commit(event) { transaction throws(ObjectStoreError) in
            for change in changes {
                // It may have been deleted, or rewrapped by somebody else.
                guard try transaction.reader.nextSealID(behind: change.old.id - 1) == change.old.id else { continue }
                let present = try transaction.reader.seal(change.old.id)
                guard present.header == change.old.header else { continue }
                var new = present
                new.header = change.header
                new.objectKey = try transaction.objectKey(change.keyARN)
                try transaction.replace(present, by: new, in: change.bucket)
            }
        }
    }
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

    fileprivate func seals(behind id: Int64, in bucket: Int64?, limit: Int) throws(ObjectStoreError) -> [SealRow] {
        var query = try Query(db, "SELECT id FROM seal WHERE id > ? AND (bucket = ? OR ? < 0) ORDER BY id LIMIT ?")
        query.bind(id)
        query.bind(bucket ?? -1)
        query.bind(bucket ?? -1)
        query.bind(Int64(limit))
        var seals: [SealRow] = []
        while try query.step() { seals.append(try seal(query.integer(0))) }
        return seals
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
