import AccessControl
import AuditTrail
import Envelope
public import Findings
import KeyStore
import SystemPackage

/// Output of `LocalObjectService.check`.
public struct StoreCheck: Sendable {
    public struct Counts: Sendable {
        public internal(set) var bucketCount = 0
        public internal(set) var versionCount = 0
        public internal(set) var uploadCount = 0
        public internal(set) var sealCount = 0
        public internal(set) var blobCount = 0
        /// Of the plaintext of all versions, in bytes.
        public internal(set) var byteCount: UInt64 = 0
        /// Of all blob files as they were written, in bytes.
        public internal(set) var blobByteCount: UInt64 = 0
        /// Also those that are not listed.
        public internal(set) var findingCount = 0
    }

    public let storeID: String
    public let formatVersion: Int
    public let counts: Counts
    public let findings: [Finding]
    /// How many of the findings were repaired.
    public let repairedCount: Int
    /// Whether data is lost or not certain, also by findings that are not listed.
    public let isDamaged: Bool
}

extension LocalObjectService {
    /// A file without a row may belong to a write that is being committed; after this time it does not, in seconds.
    static let orphanAgeSeconds: Int64 = 3600

    /// Looks at every row, and at the name and size of every file. What is in the files is for `scrub` to look at.
    ///
    /// - Parameter repair: corrects counts, removes rows that belong to nothing, and puts files that belong to nothing into quarantine. It
    ///   removes no version and no file.
    public func check(repair: Bool) async throws(ObjectStoreError) -> StoreCheck {
        let now = try now()
        // Before the snapshot: a blob that is committed in between has a row in it.
        let files = try files()
        var checker = try view { reader throws(ObjectStoreError) in
            var checker = StoreChecker(reader, storeKeys, now: now)
            try checker.checkRows()
            return CheckedRows(checker)
        }
        try check(files, &checker, now)
        try await checkKeys(&checker)
        try await checkClock(&checker)
        if !health.isWritable { checker.add(.storeFailed, environment.folder.string) }
        // What the disk may have failed to take was never acknowledged; what is there is whole, and can be written to.
        if !health.isWritable, !checker.isDamaged { try health.clear() }
        var repairedCount = 0
        if repair { repairedCount = try await self.repair(checker) }
        return StoreCheck(
            storeID: checker.storeID, formatVersion: ObjectStoreSchema.formatVersion, counts: checker.counts, findings: checker.findings,
            repairedCount: repairedCount, isDamaged: checker.isDamaged)
    }

    private func files() throws(ObjectStoreError) -> [BlobName: BlobFile] {
        var files: [BlobName: BlobFile] = [:]
        try blobs.forEach { file in if let name = file.name { files[name] = file } }
        return files
    }

    // MARK: Files

    private func check(_ files: [BlobName: BlobFile], _ checker: inout CheckedRows, _ now: Timestamp) throws(ObjectStoreError) {
        var known: Set<BlobName> = []
        var problems: [(StoreFinding, BlobRow, String)] = []
        try view { reader throws(ObjectStoreError) in
            var query = try Query(reader.db, "SELECT id FROM blob ORDER BY id")
            while try query.step() {
                do throws(ObjectStoreError) {
                    let blob = try reader.blob(query.integer(0))
                    known.insert(blob.name)
                    guard let problem = try problem(blob, files[blob.name]) else { continue }
                    problems.append((problem.0, blob, problem.1))
                } catch {
                    // The row was reported already.
                    guard error.code == .damagedRecord else { throw error }
                }
            }
        }
        let names =
            try problems.isEmpty
            ? [:]
            : view { reader throws(ObjectStoreError) in
                try reader.owners(of: Set(problems.map(\.1.id)))
            }
        for (kind, blob, evidence) in problems {
            checker.add(
                kind, names[blob.id] ?? "blob \(blob.name.text)", [("size", evidence)],
                path: "objects/\(blob.name.shard)/\(blob.name.fileName)")
        }
        for (name, file) in files.sorted(by: { $0.key.text < $1.key.text }) where !known.contains(name) {
            try checkUnknown(name, file, &checker, now)
        }
        try blobs.forEach { file throws(ObjectStoreError) in
            if file.name == nil { checker.add(.foreignFile, file.path.string, path: file.path.string) }
        }
    }

    private func problem(_ blob: BlobRow, _ file: BlobFile?) throws(ObjectStoreError) -> (StoreFinding, String)? {
        guard let file else {
            // It may have been written after the folder was read.
            do throws(Errno) {
                let status = try environment.calls.status(at: blobs.path(of: blob.name))
                return status.byteCount == blob.fileByteCount ? nil : (.blobSize, "\(status.byteCount), not \(blob.fileByteCount)")
            } catch {
                return (.missingBlob, "\(blob.fileByteCount)")
            }
        }
        return file.byteCount == blob.fileByteCount ? nil : (.blobSize, "\(file.byteCount), not \(blob.fileByteCount)")
    }

    private func checkUnknown(
        _ name: BlobName, _ file: BlobFile, _ checker: inout CheckedRows, _ now: Timestamp
    ) throws(ObjectStoreError) {
        // Committed since the snapshot.
        guard try !view({ reader throws(ObjectStoreError) in try reader.isBlobKnown(name) }) else {
            if try view({ reader throws(ObjectStoreError) in try reader.isDoomed(name) }) {
                checker.add(.doomedBlob, name.text, path: file.path.string)
            }
            return
        }
        guard file.modificationTime.seconds < now.seconds - Self.orphanAgeSeconds else { return }
        checker.add(.orphanBlob, name.text, [("size", String(file.byteCount))], path: file.path.string)
        checker.orphans.append(name)
    }

    // MARK: Around it

    private func checkKeys(_ checker: inout CheckedRows) async throws(ObjectStoreError) {
        for (arn, count) in checker.keyUses.sorted(by: { $0.key < $1.key }) {
            let state: String
            do throws(KeyStoreError) {
                let key = try await environment.keys.describeKey(keyID: arn)
                guard key.keyState != .enabled else { continue }
                state = key.keyState.rawValue
            } catch {
                guard error.code == .notFound else { throw ObjectStoreError(error) }
                state = "does not exist"
            }
            checker.add(.keyUnusable, arn, [("state", state), ("objects", String(count))])
        }
    }

    private func checkClock(_ checker: inout CheckedRows) async throws(ObjectStoreError) {
        do {
            for device in try await secondFactors()?.devices() ?? [] where device.isClockBehind {
                checker.add(.clockSetBack, device.serial)
            }
        } catch let error as AccessError {
            throw ObjectStoreError(error)
        } catch {
            throw ObjectStoreError(storage: error, doing: "read")
        }
    }

    // MARK: Repairing

    private func repair(_ checker: CheckedRows) async throws(ObjectStoreError) -> Int {
        // Nothing is put right while it is not certain which versions there are: what seems to belong to nothing may be all that is left of
        // a version whose row was lost.
        guard !checker.isDamaged else { return 0 }
        let (repairs, revision) = (checker.repairs, checker.revision)
        try await quarantine(checker.orphans)
        let rowCount = repairs.count
        guard rowCount + checker.orphans.count > 0 else { return 0 }
        let event = ObjectEvent(
            "RepairStore", source: .coffer,
            [("rows", .integer(Int64(rowCount))), ("quarantined", .integer(Int64(checker.orphans.count)))])
        let quarantined = try await committer.commit(event) { transaction throws(ObjectStoreError) in
            guard rowCount > 0 else { return [] as [BlobName] }
            guard transaction.state.revision == revision else {
                throw ObjectStoreError(.operationAborted, "The store was changed while it was checked; check it again when nobody writes.")
            }
            for id in repairs.unreferencedSeals { try self.keepPayload(of: id, transaction.reader) }
            return try transaction.repair(repairs)
        }
        try await quarantine(quarantined)
        return rowCount + checker.orphans.count
    }

    /// Puts a small object whose row is about to go into quarantine, as the age file that it is.
    private func keepPayload(of seal: Int64, _ reader: StoreReader) throws(ObjectStoreError) {
        guard try reader.nextSealID(behind: seal - 1) == seal, let payload = try reader.seal(seal).payload else { return }
        try blobs.quarantine(try reader.seal(seal).header + payload, as: BlobName.random())
    }

    /// Puts files into quarantine that no row names. While it is looked whether one does, no row is written.
    ///
    /// - Returns: how many there were.
    @discardableResult
    func quarantine(_ names: [BlobName]) async throws(ObjectStoreError) -> Int {
        guard !names.isEmpty else { return 0 }
        return try await committer.commit(alone: true) { transaction throws(ObjectStoreError) in
            var count = 0
            for name in names where try !transaction.reader.isBlobKnown(name) {
                try self.changingFiles { () throws(ObjectStoreError) in try self.blobs.quarantine(name) }
                count += 1
            }
            return count
        }
    }
}

/// What the look at the rows gave, outside of its snapshot.
struct CheckedRows: Sendable {
    private(set) var findings: [Finding]
    private(set) var isDamaged: Bool
    let revision: Int64
    private(set) var counts: StoreCheck.Counts
    let repairs: StoreChecker.Repairs
    let storeID: String
    let keyUses: [String: UInt64]
    var orphans: [BlobName] = []

    init(_ checker: StoreChecker) {
        findings = checker.findings
        (isDamaged, revision) = (checker.isDamaged, checker.revision)
        counts = checker.counts
        repairs = checker.repairs
        (storeID, keyUses) = (checker.storeID, checker.keyUses)
    }

    mutating func add(_ kind: StoreFinding, _ resource: String, _ evidence: [(String, String)] = [], path: String? = nil) {
        counts.findingCount += 1
        isDamaged = isDamaged || kind.isDamage
        guard findings.count < StoreChecker.maximumFindingCount else { return }
        findings.append(kind.finding(resource, evidence, path: path))
    }
}

extension StoreReader {
    /// The versions that blobs belong to, as people name them.
    func owners(of blobs: Set<Int64>) throws(ObjectStoreError) -> [Int64: String] {
        var names: [Int64: String] = [:]
        var query = try Query(db, "SELECT id, blob FROM seal WHERE payload IS NULL ORDER BY id")
        while try query.step() {
            let seal = query.integer(0)
            let candidates = query.isNull(1) ? try parts(of: seal).map(\.blob) : [query.integer(1)]
            for blob in candidates where blobs.contains(blob) && names[blob] == nil { names[blob] = describe(seal) }
        }
        return names
    }

    func isDoomed(_ name: BlobName) throws(ObjectStoreError) -> Bool {
        var query = try Query(db, "SELECT 1 FROM doomed_blob WHERE name = ?")
        query.bind(name.bytes)
        return try query.step()
    }

    /// Files of which nothing is left but the file. The table has no MACs: a name that a version still has is none of them.
    func doomedBlobs() throws(ObjectStoreError) -> [BlobName] {
        var query = try Query(db, "SELECT name FROM doomed_blob WHERE name NOT IN (SELECT name FROM blob)")
        var names: [BlobName] = []
        while try query.step() {
            let name = query.bytes(0)
            if name.count == BlobName.byteCount { names.append(BlobName(bytes: name)) }
        }
        return names
    }
}

extension StoreTransaction {
    private func forget(_ blob: BlobRow) throws(ObjectStoreError) -> BlobName {
        var query = try Query(db, "DELETE FROM blob WHERE id = ?")
        query.bind(blob.id)
        try query.runOnOneRow()
        return blob.name
    }

    /// The references of blobs were counted without those of seals that nothing has.
    ///
    /// - Returns: blobs without a row from now on, for quarantine.
    fileprivate func repair(_ repairs: StoreChecker.Repairs) throws(ObjectStoreError) -> [BlobName] {
        var names: [BlobName] = []
        for (id, extra) in repairs.shares { try setExtraShares(extra, of: reader.seal(id)) }
        for id in repairs.unreferencedSeals {
            for statement in ["DELETE FROM seal WHERE id = ?", "DELETE FROM part WHERE owner = ?", "DELETE FROM seal_share WHERE seal = ?"]
            {
                var query = try Query(db, statement)
                query.bind(id)
                try query.run()
            }
        }
        for (id, references) in repairs.counts {
            var blob = try reader.blob(id)
            blob.referenceCount = references
            try replace(blob)
        }
        for id in repairs.unreferencedBlobs {
            names.append(try forget(reader.blob(id)))
        }
        for (bucket, counts) in repairs.sealCounts {
            try change(bucket) { record throws(ObjectStoreError) in record.sealCounts = counts }
        }
        return names
    }
}
