import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

/// One sequence of operations on both twins.
struct RandomRun {
    let twins: Twins
    var random: RandomRequests
    private var clock: ManualClock { twins.store.clock }
    private let bucket = Subject.bucket

    init(seed: UInt64, hasLock: Bool) async throws {
        twins = try await Twins()
        random = RandomRequests(seed: seed, hasLock: hasLock)
    }

    mutating func step() async throws {
        clock.pass(.seconds(Int64(random.number(0...3))))
        switch random.number(1...100) {
        case 1...22: try await put()
        case 23...33: try await get()
        case 34...41: try await delete()
        case 42...50: try await deleteVersion()
        case 51...54: try await deleteBatch()
        case 55...61: try await copy()
        case 62...67: try await tag()
        case 68...74: try await lock()
        case 75...78: try await createUpload()
        case 79...84: try await putPart()
        case 85...89: try await endUpload()
        case 90...96: try await list()
        default: try await changeBucket()
        }
    }

    // MARK: Names

    /// Mostly of the key; sometimes of another key, of nothing, or none.
    private mutating func version(of key: String) -> Twins.Pair<VersionID?> {
        let known = twins.versions.filter { $0.key == key }
        switch random.number(1...20) {
        case 1: return Twins.Pair(both: .null)
        case 2: return Twins.Pair(both: VersionID(random: [UInt8](repeating: 0xEE, count: 16)))
        case 3: return Twins.Pair(both: Subject.unchecked { () throws(ObjectStoreError) in try VersionID("not-one-of-ours") })
        case 4:
            guard let other = random.pick(twins.versions) else { return Twins.Pair(both: .null) }
            return Twins.Pair(other.id[.reference], other.id[.local])
        case 5...8: return Twins.Pair(both: nil)
        default:
            guard let one = random.pick(known) else { return Twins.Pair(both: nil) }
            return Twins.Pair(one.id[.reference], one.id[.local])
        }
    }

    private mutating func object(_ key: String? = nil) -> Twins.Pair<ObjectReference> {
        let key = key ?? random.key()
        let version = version(of: key)
        let bucket = random.chance(2) ? Subject.unchecked { () throws(ObjectStoreError) in try BucketName("nowhere") } : bucket
        let references = Twins.Side.allCases.map { ObjectReference(bucket: bucket, key: Subject.key(key), versionID: version[$0]) }
        return Twins.Pair(references[0], references[1])
    }

    private mutating func eTag() -> Twins.Pair<ETag> {
        let other = Twins.Pair(both: Subject.unchecked { () throws(ObjectStoreError) in try ETag("other") })
        return random.chance(15) ? other : random.pick(twins.tags.suffix(8)) ?? other
    }

    private mutating func writeConditions() throws -> Twins.Pair<WriteConditions> {
        switch random.number(1...10) {
        case 1: return Twins.Pair(both: try WriteConditions(ifNoneMatch: .any))
        case 2, 3:
            let eTag = eTag()
            let conditions = try Twins.Side.allCases.map { try WriteConditions(ifMatch: .oneOf([eTag[$0]])) }
            return Twins.Pair(conditions[0], conditions[1])
        default: return Twins.Pair(both: .none)
        }
    }

    private mutating func readConditions() -> Twins.Pair<ReadConditions> {
        let (eTag, time) = (eTag(), Timestamp(seconds: clock.now.seconds - Int64(random.number(0...30))))
        let kind = random.number(1...16)
        let conditions = Twins.Side.allCases.map { side in
            switch kind {
            case 1: ReadConditions(ifMatch: .oneOf([eTag[side]]))
            case 2: ReadConditions(ifNoneMatch: .oneOf([eTag[side]]))
            case 3: ReadConditions(ifModifiedSince: time)
            case 4: ReadConditions(ifUnmodifiedSince: time)
            case 5: ReadConditions(ifMatch: .oneOf([eTag[side]]), ifUnmodifiedSince: time)
            default: ReadConditions.none
            }
        }
        return Twins.Pair(conditions[0], conditions[1])
    }

    // MARK: Objects

    private mutating func put() async throws {
        let (key, bytes) = (random.key(), random.bytes())
        let (checksum, conditions, tags, metadata) = (
            try random.checksum(of: bytes), try writeConditions(), try random.tagSet(), try random.metadata()
        )
        let (headers, retention, legalHold) = (try random.headers(), random.retention(clock.now), random.legalHold())
        try await twins.both("put \(key)") { service, side in
            var request = PutObjectRequest(bucket: bucket, key: Subject.key(key), body: BytesBody(bytes))
            request.checksum = checksum
            request.conditions = conditions[side]
            (request.tagging, request.metadata, request.contentHeaders) = (tags, metadata, headers)
            (request.objectLockRetention, request.objectLockLegalHoldStatus) = (retention, legalHold)
            let response = try await service.putObject(request)
            var answer = Twins.Answer(response)
            answer.versions = [(key, response.versionID ?? .null)]
            answer.tags = [response.eTag]
            return answer
        }
    }

    private mutating func get() async throws {
        let (object, conditions, selection) = (object(), readConditions(), random.selection())
        let (checksumMode, kind) = (random.chance(50), random.number(1...10))
        let (maxParts, marker) = (random.chance(50) ? nil : random.number(0...3), random.chance(50) ? nil : random.number(0...3))
        try await twins.both("read \(object[.reference])") { service, side in
            if kind == 1 {
                return Twins.Answer(
                    try await service.getObjectAttributes(object[side], maxParts: maxParts, partNumberMarker: marker))
            }
            var request = GetObjectRequest(object[side])
            (request.conditions, request.selection, request.checksumMode) = (conditions[side], selection, checksumMode)
            if kind == 2 { return Twins.Answer(try await service.headObject(request)) }
            let response = try await service.getObject(request)
            let bytes = try await response.body.collect(limit: 64 << 20)
            return Twins.Answer("\(response.description), \(bytes.count) bytes, hash \(bytes.hashValue)")
        }
    }

    private mutating func delete() async throws {
        let (key, eTag, isConditional) = (random.key(), eTag(), random.chance(15))
        try await twins.both("delete \(key)") { service, side in
            var request = DeleteObjectRequest(ObjectReference(bucket: bucket, key: Subject.key(key)))
            if isConditional { request.ifMatch = .oneOf([eTag[side]]) }
            let response = try await service.deleteObject(request)
            var answer = Twins.Answer(response)
            if response.deleteMarker { answer.versions = [(key, response.versionID ?? .null)] }
            return answer
        }
    }

    private mutating func deleteVersion() async throws {
        // Not for two reasons at once: which of them is told is nobody's rule.
        let (object, eTag, isConditional, bypass) = (object(), eTag(), !random.hasLock && random.chance(10), random.chance(50))
        try await twins.both("delete \(object[.reference])") { service, side in
            var request = DeleteObjectRequest(object[side])
            request.bypassGovernanceRetention = bypass
            if isConditional { request.ifMatch = .oneOf([eTag[side]]) }
            return Twins.Answer(try await service.deleteObject(request))
        }
    }

    private mutating func deleteBatch() async throws {
        var entries: [(object: Twins.Pair<ObjectReference>, eTag: Twins.Pair<ETag>?)] = []
        for _ in 0..<random.number(0...6) { entries.append((object(), random.chance(15) ? eTag() : nil)) }
        let (isQuiet, bypass) = (random.chance(20), random.chance(50))
        try await twins.both("delete \(entries.count)") { service, side in
            var request = DeleteObjectsRequest(
                bucket: bucket,
                objects: entries.map { entry in
                    .init(
                        key: entry.object[side].key, versionID: entry.object[side].versionID,
                        eTag: entry.eTag.map { .oneOf([$0[side]]) })
                })
            (request.quiet, request.bypassGovernanceRetention) = (isQuiet, bypass)
            let response = try await service.deleteObjects(request)
            let failures = response.errors.map { "\($0.key) \(String(describing: $0.versionID)) \($0.error.code)" }
            var answer = Twins.Answer("\(response.deleted) \(failures)")
            answer.versions = response.deleted.compactMap { deleted in
                deleted.versionID == nil ? deleted.deleteMarkerVersionID.map { (deleted.key.text, $0) } : nil
            }
            return answer
        }
    }

    private mutating func copy() async throws {
        let (key, source, conditions, sourceConditions) = (random.key(), object(), try writeConditions(), readConditions())
        let metadata: CopyObjectRequest.MetadataDirective =
            random.chance(60) ? .copy : .replace(try random.headers(), try random.metadata())
        let tagging: CopyObjectRequest.TaggingDirective = random.chance(70) ? .copy : .replace(try random.tagSet())
        let algorithm = random.chance(30) ? random.pick(ChecksumAlgorithm.allCases) : nil
        let (retention, legalHold) = (random.retention(clock.now), random.legalHold())
        try await twins.both("copy \(source[.reference]) to \(key)") { service, side in
            var request = CopyObjectRequest(copySource: source[side], bucket: bucket, key: Subject.key(key))
            (request.conditions, request.sourceConditions) = (conditions[side], sourceConditions[side])
            (request.metadataDirective, request.taggingDirective, request.checksumAlgorithm) = (metadata, tagging, algorithm)
            (request.objectLockRetention, request.objectLockLegalHoldStatus) = (retention, legalHold)
            let response = try await service.copyObject(request)
            var answer = Twins.Answer(response)
            answer.versions = [(key, response.versionID ?? .null)]
            answer.tags = [response.eTag]
            return answer
        }
    }

    // MARK: What is said about a version

    private mutating func tag() async throws {
        let (object, tags, kind) = (object(), try random.tagSet(), random.number(1...3))
        try await twins.both("tags of \(object[.reference])") { service, side in
            switch kind {
            case 1: Twins.Answer(try await service.getObjectTagging(object[side]))
            case 2: Twins.Answer(try await service.deleteObjectTagging(object[side]))
            default: Twins.Answer(try await service.putObjectTagging(object[side], tags))
            }
        }
    }

    private mutating func lock() async throws {
        let (object, bypass, kind) = (object(), random.chance(50), random.number(1...6))
        let retention = random.chance(20) ? nil : random.retention(clock.now)
        try await twins.both("lock of \(object[.reference])") { service, side in
            switch kind {
            case 1: return Twins.Answer(try await service.getObjectRetention(object[side]))
            case 2: return Twins.Answer(try await service.getObjectLegalHold(object[side]))
            case 3, 4: try await service.putObjectLegalHold(object[side], kind == 3 ? .on : .off)
            default:
                var request = PutObjectRetentionRequest(object[side], retention: retention)
                request.bypassGovernanceRetention = bypass
                try await service.putObjectRetention(request)
            }
            return Twins.Answer("done")
        }
    }
}
