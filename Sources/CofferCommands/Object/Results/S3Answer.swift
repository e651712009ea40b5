import KeyStore
import ObjectStore

/// The answer of an S3 operation, with the members of its output document.
struct S3Answer: CommandResult {
    private let members: [String: JSONValue]
    let text: String

    /// - Parameters:
    ///   - members: by S3's names; those without a value are left out.
    ///   - text: for people.
    init(_ members: [String: JSONValue?], text: String = "") {
        self.members = members.compactMapValues(\.self)
        self.text = text
    }

    func encode(to encoder: any Encoder) throws { try JSONValue.object(members).encode(to: encoder) }
}

extension [String: JSONValue?] {
    /// With the members of a checksum: `ChecksumCRC64NVME` and `ChecksumType`.
    func with(_ checksum: Checksum?) -> Self {
        guard let checksum else { return self }
        return merging(["Checksum\(checksum.algorithm.rawValue)": .string(checksum.text), "ChecksumType": .text(checksum.type.rawValue)]) {
            $1
        }
    }

    /// With the members of a checksum that somebody said which kind it is of.
    func with(_ checksum: MultipartChecksum) -> Self {
        merging(["ChecksumAlgorithm": .string(checksum.algorithm.rawValue), "ChecksumType": .text(checksum.type.rawValue)]) { $1 }
    }

    func with(_ lock: ObjectLock) -> Self {
        merging([
            "ObjectLockMode": .text(lock.retention?.mode.rawValue),
            "ObjectLockRetainUntilDate": .text(lock.retention?.retainUntilDate.rfc3339),
            "ObjectLockLegalHoldStatus": .text(lock.legalHold?.rawValue),
        ]) { $1 }
    }

    func sealed(under keyARN: String) -> Self {
        merging(["ServerSideEncryption": .string(ServerSideEncryption.awsKMS.rawValue), "SSEKMSKeyId": .string(keyARN)]) { $1 }
    }
}

extension ObjectTaggingResponse {
    var result: TagSetResult { TagSetResult(tagSet, versionID: versionID) }
}

extension PutObjectResponse {
    /// Output of PutObject.
    var answer: S3Answer { S3Answer(members) }

    var members: [String: JSONValue?] {
        ["ETag": .string(eTag.quoted), "VersionId": .text(versionID?.text), "Size": .size(size)].with(checksum).sealed(under: ssekmsKeyID)
    }
}

extension CopyObjectResponse {
    /// Output of CopyObject.
    var answer: S3Answer { S3Answer(members) }

    var members: [String: JSONValue?] {
        [
            "CopyObjectResult": .object(
                present: ["ETag": .string(eTag.quoted), "LastModified": .string(lastModified.rfc3339)].with(checksum)),
            "VersionId": .text(versionID?.text), "CopySourceVersionId": .text(copySourceVersionID?.text),
        ].sealed(under: ssekmsKeyID)
    }
}

extension DeleteObjectResponse {
    var members: [String: JSONValue?] {
        ["DeleteMarker": deleteMarker ? .bool(true) : nil, "VersionId": .text(versionID?.text)]
    }
}

extension ObjectDescription {
    /// Output of HeadObject, and that of GetObject but for the body.
    func answer(isPart: Bool) -> S3Answer { S3Answer(members(isPart: isPart), text: text) }

    private func members(isPart: Bool) -> [String: JSONValue?] {
        let expiration = expiration.map {
            "expiry-date=\"\($0.date.rfc3339)\", rule-id=\"\(PercentEncoding.encode(Array($0.ruleID.utf8)))\""
        }
        let range = contentRange.isEmpty ? nil : "bytes \(contentRange.lowerBound)-\(contentRange.upperBound - 1)/\(objectSize)"
        let members: [String: JSONValue?] = [
            "AcceptRanges": .string("bytes"), "LastModified": .string(lastModified.rfc3339), "ContentLength": .size(contentLength),
            "ContentRange": isPart ? .text(range) : nil, "ETag": .string(eTag.quoted), "VersionId": .text(versionID?.text),
            "ContentType": .string(contentHeaders.contentType), "ContentEncoding": .text(contentHeaders.contentEncoding),
            "ContentLanguage": .text(contentHeaders.contentLanguage), "ContentDisposition": .text(contentHeaders.contentDisposition),
            "CacheControl": .text(contentHeaders.cacheControl), "Expires": .text(contentHeaders.expires),
            "Metadata": .object(Dictionary(metadata.entries.map { ($0.name, .string($0.value)) }) { $1 }),
            "TagCount": tagCount > 0 ? .count(tagCount) : nil, "PartsCount": .count(partsCount), "Expiration": .text(expiration),
        ]
        return members.with(checksum).with(objectLock).sealed(under: ssekmsKeyID)
    }

    private var text: String {
        let lock = objectLock.retention.map { "\($0.mode.rawValue) until \($0.retainUntilDate.rfc3339)" }
        let fields: [(String, String?)] = [
            ("Size", "\(objectSize)"),
            ("Range", contentLength == objectSize ? nil : "\(contentRange.lowerBound)-\(contentRange.upperBound)"),
            ("Last modified", lastModified.rfc3339),
            ("Version", versionID?.text),
            ("ETag", eTag.text),
            ("Type", visible(contentHeaders.contentType)),
            ("Encoding", contentHeaders.contentEncoding.map(visible)),
            ("Language", contentHeaders.contentLanguage.map(visible)),
            ("Disposition", contentHeaders.contentDisposition.map(visible)),
            ("Cache", contentHeaders.cacheControl.map(visible)),
            ("Tags", tagCount > 0 ? "\(tagCount)" : nil),
            ("Parts", partsCount.map { "\($0)" }),
            ("Checksum", checksum?.description),
            ("Retention", lock),
            ("Legal hold", objectLock.legalHold?.rawValue),
            ("Expires", expiration.map { "\($0.date.rfc3339) by \(visible($0.ruleID))" }),
            ("Key", ssekmsKeyID),
        ]
        return FieldsOutput(fields + metadata.entries.map { ("x-amz-meta-\($0.name)", visible($0.value)) }).text
    }
}
