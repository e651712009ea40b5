import Findings
import KeyStore
import OpenSSL

/// Looks at every row of one snapshot, and at the names and sizes of all files. One damaged row does not keep it from looking at the next.
struct StoreChecker {
    /// More are counted and not listed.
    static let maximumFindingCount = 10_000
    private static let abandonedDays = 7

    let reader: StoreReader
    let keys: StoreKeys
    let now: Timestamp

    private(set) var findings: [Finding] = []
    /// Also by findings that are not listed.
    private(set) var isDamaged = false
    /// Of the snapshot: repairs are for this state of the store, and no other.
    private(set) var revision: Int64 = 0
    private(set) var counts = StoreCheck.Counts()
    /// What repairing does to rows.
    private(set) var repairs = Repairs()
    /// Empty where the row that says so is damaged.
    private(set) var storeID = ""
    /// How many seals each KMS key has, by its ARN.
    private(set) var keyUses: [String: UInt64] = [:]

    struct Repairs: Sendable {
        /// Also those of which only parts and shares are left.
        var unreferencedSeals: [Int64] = []
        /// Rows of blobs that nothing has.
        var unreferencedBlobs: [Int64] = []
        /// Blobs with the right number of references.
        var counts: [(blob: Int64, references: Int64)] = []
        var shares: [(seal: Int64, extra: Int64)] = []
        var sealCounts: [(bucket: BucketName, counts: [Int64: UInt64])] = []

        var count: Int { unreferencedSeals.count + unreferencedBlobs.count + counts.count + shares.count + sealCounts.count }
    }

    private var seals = IdentifierSet()
    private var blobs = IdentifierSet()
    private var bucketNames: [Int64: BucketName] = [:]
    private var sealCounts: [Int64: [Int64: UInt64]] = [:]
    /// Whether all rows that refer to others were read; else nothing can be called unreferenced.
    private var isComplete = true

    init(_ reader: StoreReader, _ keys: StoreKeys, now: Timestamp) {
        self.reader = reader
        self.keys = keys
        self.now = now
    }

    mutating func add(_ kind: StoreFinding, _ resource: String, _ evidence: [(String, String)] = [], path: String? = nil) {
        counts.findingCount += 1
        isDamaged = isDamaged || kind.isDamage
        guard findings.count < Self.maximumFindingCount else { return }
        findings.append(kind.finding(resource, evidence, path: path))
    }

    // MARK: Rows

    mutating func checkRows() throws(ObjectStoreError) {
        try checkDatabase()
        do throws(ObjectStoreError) {
            let state = try reader.state()
            (storeID, revision) = (Hex.encode(state.storeID), state.revision)
            try checkBuckets(state)
        } catch { try note(error, "state") }
        var buckets: [BucketRow] = []
        for (id, name) in try bucketRows() {
            do throws(ObjectStoreError) { buckets.append(try reader.bucket(name)) } catch {
                try note(error, "bucket \(name.text)")
                isComplete = false
            }
            bucketNames[id] = name
        }
        counts.bucketCount = buckets.count
        for bucket in buckets { try check(bucket) }
        // Before anything is called unreferenced.
        try checkStrays()
        try checkSeals(buckets)
        try checkRemains()
        try checkBlobs()
        try checkKeys()
    }

    private mutating func checkDatabase() throws(ObjectStoreError) {
        var query = try Query(reader.db, "PRAGMA integrity_check(20)")
        while try query.step() {
            let problem = query.text(0)
            if problem != "ok" { add(.databaseDamaged, "objects.sqlite", [("problem", problem)]) }
        }
    }

    /// Damage becomes a finding; everything else ends the check.
    private mutating func note(_ error: ObjectStoreError, _ resource: String) throws(ObjectStoreError) {
        guard error.code == .damagedRecord else { throw error }
        add(.damagedRow, resource, [("error", error.message)])
    }

    /// Whether the rows of buckets and their documents are those that were written, all of them.
    private mutating func checkBuckets(_ state: StoreState) throws(ObjectStoreError) {
        var sum = CatalogDigest.Sum.empty
        var sets = try keys.setAuthenticator()
        var query = try Query(reader.db, "SELECT mac FROM bucket UNION ALL SELECT mac FROM bucket_document")
        do {
            while try query.step() { try sum.add(recordMAC: query.bytes(0), &sets) }
            let stored = try state.digest.sum(&sets)
            guard stored.recordCount != sum.recordCount || stored.bytes != sum.bytes else { return }
            add(.bucketsChanged, "buckets", [("counted", String(sum.recordCount)), ("recorded", String(stored.recordCount))])
        } catch let error as ObjectStoreError {
            throw error
        } catch {
            throw ObjectStoreError(.internalError, "\(error)")
        }
    }

    /// Versions and uploads of buckets that are not there.
    private mutating func checkStrays() throws(ObjectStoreError) {
        for table in ["version", "upload"] {
            var query = try Query(
                reader.db, "SELECT bucket, count(*) FROM \(table) WHERE bucket NOT IN (SELECT id FROM bucket) GROUP BY bucket")
            while try query.step() {
                isComplete = false
                add(.versionsChanged, "bucket number \(query.integer(0))", [("rows without a bucket", String(query.integer(1)))])
            }
        }
    }

    private mutating func bucketRows() throws(ObjectStoreError) -> [(Int64, BucketName)] {
        var query = try Query(reader.db, "SELECT id, name FROM bucket ORDER BY name")
        var rows: [(Int64, BucketName)] = []
        while try query.step() {
            do throws(ObjectStoreError) { rows.append((query.integer(0), try BucketName(query.text(1)))) } catch {
                isComplete = false
                add(.damagedRow, "bucket number \(query.integer(0))", [("error", error.message)])
            }
        }
        return rows
    }

    private mutating func check(_ bucket: BucketRow) throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            _ = try reader.lifecycle(of: bucket)
            _ = try reader.tags(of: bucket)
        } catch { try note(error, "bucket \(bucket.name.text)") }
        var sum = CatalogDigest.Sum.empty
        var sets = try keys.setAuthenticator()
        var isDamaged = false
        var query = try Query(
            reader.db, "SELECT key, sequence, name, record, mac FROM version WHERE bucket = ? ORDER BY key, sequence DESC")
        query.bind(bucket.id)
        while try query.step() {
            counts.versionCount += 1
            let name = "\(bucket.name.text)/\(String(decoding: query.bytes(0), as: UTF8.self))"
            do throws(ObjectStoreError) {
                let version = try reader.version(query, bucket.id)
                do { try sum.add(recordMAC: version.mac, &sets) } catch { throw ObjectStoreError(error) }
                guard let object = version.record.object else { continue }
                counts.byteCount += object.size
                seals.insert(object.seal)
                try check(object, name)
            } catch {
                isDamaged = true
                isComplete = false
                try note(error, name)
            }
        }
        do {
            let stored = try bucket.record.digest.sum(&sets)
            if !isDamaged, stored.recordCount != sum.recordCount || stored.bytes != sum.bytes {
                add(
                    .versionsChanged, "bucket \(bucket.name.text)",
                    [("counted", String(sum.recordCount)), ("recorded", String(stored.recordCount))])
            }
        } catch { throw ObjectStoreError(error) }
        try checkUploads(of: bucket)
    }

    private mutating func check(_ object: StoredObject, _ name: String) throws(ObjectStoreError) {
        let seal: SealRow
        do throws(ObjectStoreError) { seal = try reader.seal(object.seal) } catch {
            guard error.code == .damagedRecord else { throw error }
            return add(.missingSeal, name, [("error", error.message)])
        }
        guard seal.layout == .parts else { return }
        let size = try reader.parts(of: seal.id).reduce(0) { $0 + $1.entry.size }
        if size != object.size { add(.partsChanged, name, [("size", String(object.size)), ("parts", String(size))]) }
    }

    private mutating func checkUploads(of bucket: BucketRow) throws(ObjectStoreError) {
        var uploads: [UploadRow] = []
        do throws(ObjectStoreError) {
            try reader.forEachUpload(in: bucket.id, from: []) { upload in
                uploads.append(upload)
                return true
            }
        } catch {
            isComplete = false
            try note(error, "uploads of \(bucket.name.text)")
        }
        for upload in uploads {
            counts.uploadCount += 1
            seals.insert(upload.ordinal)
            if upload.record.initiated.adding(days: Self.abandonedDays) < now {
                add(.abandonedUpload, "\(bucket.name.text)/\(upload.key.text)", [("uploadId", Hex.encode(upload.uploadID))])
            }
        }
    }

    // MARK: Seals and blobs

    private mutating func checkSeals(_ buckets: [BucketRow]) throws(ObjectStoreError) {
        var query = try Query(reader.db, "SELECT id FROM seal ORDER BY id")
        while try query.step() {
            let id = query.integer(0)
            do throws(ObjectStoreError) {
                let seal = try reader.seal(id)
                counts.sealCount += 1
                guard try checkUse(of: seal) else { continue }
                sealCounts[seal.bucket, default: [:]][seal.objectKey, default: 0] += 1
                switch seal.layout {
                case .inline: break
                case .blob(let blob): try count(blob, of: seal)
                case .parts: for part in try reader.parts(of: id) { try count(part.blob, of: seal) }
                }
            } catch {
                isComplete = false
                try note(error, "seal \(id)")
            }
        }
        guard isComplete else { return }
        for bucket in buckets where sealCounts[bucket.id] ?? [:] != bucket.record.sealCounts {
            repairs.sealCounts.append((bucket.name, sealCounts[bucket.id] ?? [:]))
            add(.referenceCount, "bucket \(bucket.name.text)", [("counted", "seals of each key")])
        }
    }

    private mutating func count(_ blob: Int64, of seal: SealRow) throws(ObjectStoreError) {
        blobs.insert(blob)
        var query = try Query(reader.db, "SELECT 1 FROM blob WHERE id = ?")
        query.bind(blob)
        guard try !query.step() else { return }
        isComplete = false
        add(.missingBlob, reader.describe(seal.id), [("error", "It is not known which file has its bytes.")])
    }

    /// What is left of seals that are gone.
    private mutating func checkRemains() throws(ObjectStoreError) {
        guard isComplete else { return }
        for (table, column) in [("part", "owner"), ("seal_share", "seal")] {
            var query = try Query(
                reader.db, "SELECT DISTINCT \(column) FROM \(table) WHERE \(column) NOT IN (SELECT id FROM seal) ORDER BY \(column)")
            while try query.step() {
                let id = query.integer(0)
                repairs.unreferencedSeals.append(id)
                add(.unreferencedRow, "\(table) of seal \(id)")
            }
        }
    }

    private mutating func checkKeys() throws(ObjectStoreError) {
        var uses: [Int64: UInt64] = [:]
        for counts in sealCounts.values { uses.merge(counts) { $0 + $1 } }
        for (id, count) in uses.sorted(by: { $0.key < $1.key }) {
            do throws(ObjectStoreError) { keyUses[try reader.keyARN(id)] = count } catch { try note(error, "KMS key \(id)") }
        }
    }

    /// - Returns: whether a version or an upload has the seal, as far as is known.
    private mutating func checkUse(of seal: SealRow) throws(ObjectStoreError) -> Bool {
        let uses = seals.count(seal.id)
        guard isComplete else { return true }
        guard uses > 0 else {
            repairs.unreferencedSeals.append(seal.id)
            add(.unreferencedRow, "seal \(seal.id)")
            return false
        }
        let extra = try reader.extraShares(of: seal)
        guard extra != uses - 1 else { return true }
        repairs.shares.append((seal.id, uses - 1))
        add(.referenceCount, "seal \(seal.id)", [("counted", String(uses)), ("recorded", String(extra + 1))])
        return true
    }

    private mutating func checkBlobs() throws(ObjectStoreError) {
        var query = try Query(reader.db, "SELECT id FROM blob ORDER BY id")
        while try query.step() {
            let id = query.integer(0)
            do throws(ObjectStoreError) {
                let blob = try reader.blob(id)
                counts.blobCount += 1
                counts.blobByteCount += blob.fileByteCount
                let uses = blobs.count(id)
                guard isComplete, uses != blob.referenceCount else { continue }
                guard uses > 0 else {
                    repairs.unreferencedBlobs.append(id)
                    add(.unreferencedRow, "blob \(blob.name.text)")
                    continue
                }
                repairs.counts.append((id, uses))
                add(
                    .referenceCount, "blob \(blob.name.text)",
                    [("counted", String(uses)), ("recorded", String(blob.referenceCount))])
            } catch {
                isComplete = false
                try note(error, "blob \(id)")
            }
        }
    }
}
