import AccessControl
import KeyStore
import OpenSSL

@testable import ObjectStore

/// Everything that a store tells of its objects, to be compared with what it told before.
struct StoreImage: Equatable {
    /// What is asked for. A store that is damaged may not list what it has.
    struct Items {
        var buckets: [BucketName] = []
        var versions: [(name: String, object: ObjectReference, isDeleteMarker: Bool)] = []
        var uploads: [(name: String, upload: UploadReference)] = []
    }

    /// An answer of each question; a refusal that is an answer (`NoSuchTagSet`) by its code.
    private(set) var facts: [String: String] = [:]
    /// Questions that were not answered, because of what was found.
    private(set) var failures: [String: ObjectStoreErrorCode] = [:]

    /// Bytes of objects that were handed out.
    var contents: [String: String] { facts.filter { $0.key.hasSuffix(" bytes") } }

    /// Questions that got another answer.
    func differences(from other: StoreImage) -> [String] {
        Set(facts.keys).union(other.facts.keys).filter { facts[$0] != other.facts[$0] }.sorted()
            .map { "\($0): \(answer($0)) instead of \(other.answer($0))" }
    }

    private func answer(_ question: String) -> String { facts[question] ?? failures[question]?.rawValue ?? "nothing" }

    /// Not looked at: where tests find out whether the store can be written.
    static let probes = Subject.unchecked { () throws(ObjectStoreError) in try BucketName("probes") }

    /// - Parameters:
    ///   - isExact: whether with times and with what is random: version IDs, entity tags, upload IDs.
    ///   - items: what to ask for; nil for all that is listed.
    static func read(_ service: LocalObjectService, isExact: Bool, _ items: Items? = nil) async throws -> StoreImage {
        let asked = if let items { items } else { try await Items.all(of: service) }
        var image = StoreImage()
        await image.readBuckets(service, asked.buckets, isExact)
        for (name, object, isDeleteMarker) in asked.versions where !isDeleteMarker {
            await image.readVersion(service, name, object, isExact)
        }
        for (name, upload) in asked.uploads {
            await image.ask("\(name) parts") { () throws(ObjectStoreError) in
                try await service.listParts(ListPartsRequest(upload: upload)).parts.map {
                    "\($0.partNumber) \($0.size) \($0.checksum.text)" + (isExact ? " \($0.eTag.text) \($0.lastModified.nanoseconds)" : "")
                }.joined(separator: ",")
            }
        }
        return image
    }

    private static let answers: Set<ObjectStoreErrorCode> = [
        .noSuchTagSet, .noSuchBucket, .noSuchKey, .noSuchVersion, .noSuchUpload, .noSuchLifecycleConfiguration,
        .noSuchObjectLockConfiguration, .objectLockConfigurationNotFound, .serverSideEncryptionConfigurationNotFound, .methodNotAllowed,
        .invalidRequest, .invalidBucketState,
    ]

    private mutating func ask(_ question: String, _ body: () async throws(ObjectStoreError) -> String) async {
        do throws(ObjectStoreError) {
            facts[question] = try await body()
        } catch {
            if Self.answers.contains(error.code) { facts[question] = error.code.rawValue } else { failures[question] = error.code }
        }
    }

    // MARK: Buckets

    private mutating func readBuckets(_ service: LocalObjectService, _ buckets: [BucketName], _ isExact: Bool) async {
        await ask("buckets") { () throws(ObjectStoreError) in
            try await service.listBuckets(ListBucketsRequest()).buckets
                .map { $0.name.text + (isExact ? " \($0.creationDate.nanoseconds)" : "") }.joined(separator: ",")
        }
        await ask("devices") { () throws(ObjectStoreError) in
            guard let gate = try await service.secondFactors() else { return "none" }
            do throws(AccessError) {
                return try await gate.devices().map(\.serial).joined(separator: ",")
            } catch { throw ObjectStoreError(error) }
        }
        await ask("recovery") { () throws(ObjectStoreError) in try await service.recoveryRecipient() ?? "none" }
        for bucket in buckets {
            await readConfiguration(service, bucket)
            await readListings(service, bucket, isExact)
        }
    }

    private mutating func readConfiguration(_ service: LocalObjectService, _ bucket: BucketName) async {
        await ask("\(bucket) versioning") { () throws(ObjectStoreError) in "\(try await service.getBucketVersioning(bucket))" }
        await ask("\(bucket) encryption") { () throws(ObjectStoreError) in "\(try await service.getBucketEncryption(bucket))" }
        await ask("\(bucket) lifecycle") { () throws(ObjectStoreError) in
            try await service.getBucketLifecycleConfiguration(bucket).rules.map { "\($0)" }.joined(separator: ",")
        }
        await ask("\(bucket) lock") { () throws(ObjectStoreError) in "\(try await service.getObjectLockConfiguration(bucket))" }
        await ask("\(bucket) tags") { () throws(ObjectStoreError) in Self.text(try await service.getBucketTagging(bucket)) }
    }

    private mutating func readListings(_ service: LocalObjectService, _ bucket: BucketName, _ isExact: Bool) async {
        await ask("\(bucket) objects") { () throws(ObjectStoreError) in
            try await service.listObjectsV2(ListObjectsV2Request(bucket: bucket)).contents.map {
                "\($0.key) \($0.size) \($0.checksumAlgorithm)" + (isExact ? " \($0.eTag.text) \($0.lastModified.nanoseconds)" : "")
            }.joined(separator: ",")
        }
        await ask("\(bucket) versions") { () throws(ObjectStoreError) in
            try await service.listObjectVersions(ListObjectVersionsRequest(bucket: bucket)).versions.map {
                "\($0.key) \($0.isLatest) \($0.object?.size ?? 0) \($0.isDeleteMarker)"
                    + (isExact ? " \($0.versionID) \($0.object?.eTag.text ?? "") \($0.lastModified.nanoseconds)" : "")
            }.joined(separator: ",")
        }
        await ask("\(bucket) uploads") { () throws(ObjectStoreError) in
            try await service.listMultipartUploads(ListMultipartUploadsRequest(bucket: bucket)).uploads.map {
                "\($0.key) \($0.checksum)" + (isExact ? " \($0.uploadID.text) \($0.initiated.nanoseconds)" : "")
            }.joined(separator: ",")
        }
    }

    // MARK: Versions

    private mutating func readVersion(
        _ service: LocalObjectService, _ name: String, _ object: ObjectReference, _ isExact: Bool
    ) async {
        var request = GetObjectRequest(object)
        request.checksumMode = true
        await ask("\(name) tags") { () throws(ObjectStoreError) in Self.text(try await service.getObjectTagging(object).tagSet) }
        let response: GetObjectResponse
        do throws(ObjectStoreError) { response = try await service.getObject(request) } catch {
            for question in ["head", "bytes"] { await ask("\(name) \(question)") { () throws(ObjectStoreError) in throw error } }
            return
        }
        await ask("\(name) head") { () throws(ObjectStoreError) in Self.text(response.description, isExact) }
        await ask("\(name) bytes") { () throws(ObjectStoreError) in
            let bytes = try await response.body.collect(limit: 64 << 20)
            return "\(bytes.count) \(try Self.digest(bytes))"
        }
        guard response.description.eTag.text.contains("-") else { return }
        await ask("\(name) parts") { () throws(ObjectStoreError) in
            let attributes = try await service.getObjectAttributes(object, maxParts: nil, partNumberMarker: nil)
            return attributes.parts?.map { "\($0.partNumber) \($0.size) \($0.checksum?.text ?? "")" }.joined(separator: ";") ?? "none"
        }
    }

    private static func text(_ object: ObjectDescription, _ isExact: Bool) -> String {
        var words = ["\(object.objectSize)", object.checksum?.text ?? "", object.ssekmsKeyID]
        words += ["\(object.contentHeaders.hashValue)", "\(object.metadata.hashValue)"]
        if let retention = object.objectLock.retention { words += [retention.mode.rawValue, "\(retention.retainUntilDate.nanoseconds)"] }
        words.append(object.objectLock.legalHold?.rawValue ?? "")
        if isExact { words += [object.eTag.text, object.versionID?.text ?? "", "\(object.lastModified.nanoseconds)"] }
        return words.joined(separator: " ")
    }

    private static func digest(_ bytes: [UInt8]) throws(ObjectStoreError) -> String {
        do { return Hex.encode(try Digest.hash(.sha256, bytes.span.bytes)) } catch { throw ObjectStoreError(error) }
    }

    private static func text(_ tags: TagSet) -> String { tags.tags.map { "\($0.key)=\($0.value)" }.joined(separator: "&") }
}

extension StoreImage.Items {
    /// What is listed. A version is named by its place, counted from the oldest of its key.
    static func all(of service: LocalObjectService) async throws -> StoreImage.Items {
        var items = Self()
        for bucket in try await service.listBuckets(ListBucketsRequest()).buckets.map(\.name) where bucket != StoreImage.probes {
            items.buckets.append(bucket)
            let versions = try await service.listObjectVersions(ListObjectVersionsRequest(bucket: bucket)).versions
            for (index, version) in versions.enumerated() {
                let place = versions[(index + 1)...].prefix { $0.key == version.key }.count
                items.versions.append(
                    (
                        "\(bucket)/\(version.key)#\(place)",
                        ObjectReference(bucket: bucket, key: version.key, versionID: version.versionID), version.isDeleteMarker
                    ))
            }
            for upload in try await service.listMultipartUploads(ListMultipartUploadsRequest(bucket: bucket)).uploads {
                items.uploads.append(
                    ("\(bucket)/\(upload.key) upload", UploadReference(bucket: bucket, key: upload.key, uploadID: upload.uploadID)))
            }
        }
        return items
    }
}
