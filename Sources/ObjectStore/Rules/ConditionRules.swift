public import KeyStore

/// What stands under a key when a conditional request arrives.
public enum CurrentVersion: Sendable, Hashable {
    case nothing
    case deleteMarker
    case object(ETag)
}

/// Conditional requests (RFC 9110 §13; Amazon S3 User Guide, "Conditional requests").
public enum ConditionRules {
    /// Of GetObject and HeadObject, in the order of RFC 9110 §13.2.2: an entity tag says more than a date, so `If-Unmodified-Since`
    /// counts only without `If-Match`, and `If-Modified-Since` only without `If-None-Match`.
    ///
    /// - Throws: `PreconditionFailed` or `NotModified`.
    public static func checkRead(_ conditions: ReadConditions, eTag: ETag, lastModified: Timestamp) throws(ObjectStoreError) {
        switch firstBroken(conditions, eTag, lastModified) {
        case nil: return
        case .ifMatch?: throw failed("If-Match")
        case .ifUnmodifiedSince?: throw failed("If-Unmodified-Since")
        case .ifNoneMatch?, .ifModifiedSince?: throw ObjectStoreError(.notModified)
        }
    }

    /// Of the source of a copy: as for reading, and everything that does not hold is `PreconditionFailed`.
    public static func checkCopySource(_ conditions: ReadConditions, eTag: ETag, lastModified: Timestamp) throws(ObjectStoreError) {
        guard let broken = firstBroken(conditions, eTag, lastModified) else { return }
        throw failed("x-amz-copy-source-\(broken.rawValue)")
    }

    /// Of PutObject, CopyObject and CompleteMultipartUpload, looked at in the transaction that writes. A delete marker is as good as
    /// nothing.
    ///
    /// - Throws: `NoSuchKey` if `If-Match` finds nothing to compare with, `PreconditionFailed`.
    public static func checkWrite(_ conditions: WriteConditions, current: CurrentVersion) throws(ObjectStoreError) {
        if let tag = conditions.ifMatch {
            guard case .object(let present) = current else { throw ObjectStoreError(.noSuchKey) }
            guard present == tag else { throw failed("If-Match") }
        }
        if conditions.ifNoneMatch, case .object = current { throw failed("If-None-Match") }
    }

    /// The code for a write whose condition held when the request arrived and no longer holds when it commits.
    ///
    /// - Throws: `ConditionalRequestConflict`; as `checkWrite` if the condition never held.
    public static func checkWrite(
        _ conditions: WriteConditions, atArrival: CurrentVersion, atCommit: CurrentVersion
    ) throws(ObjectStoreError) {
        try checkWrite(conditions, current: atArrival)
        do {
            try checkWrite(conditions, current: atCommit)
        } catch {
            throw ObjectStoreError(.conditionalRequestConflict)
        }
    }

    /// Of DeleteObject and DeleteObjects: whatever version is deleted, the condition is about the current one.
    ///
    /// - Throws: `NoSuchKey` if there is no current object, `PreconditionFailed`.
    public static func checkDelete(_ ifMatch: ETagCondition?, current: CurrentVersion) throws(ObjectStoreError) {
        guard let ifMatch else { return }
        guard case .object(let present) = current else { throw ObjectStoreError(.noSuchKey) }
        guard ifMatch.matches(present) else { throw failed("If-Match") }
    }

    private enum Broken: String {
        case ifMatch = "If-Match"
        case ifUnmodifiedSince = "If-Unmodified-Since"
        case ifNoneMatch = "If-None-Match"
        case ifModifiedSince = "If-Modified-Since"
    }

    private static func firstBroken(_ conditions: ReadConditions, _ eTag: ETag, _ lastModified: Timestamp) -> Broken? {
        if let ifMatch = conditions.ifMatch {
            guard ifMatch.matches(eTag) else { return .ifMatch }
        } else if let date = conditions.ifUnmodifiedSince, lastModified.seconds > date.seconds {
            return .ifUnmodifiedSince
        }
        if let ifNoneMatch = conditions.ifNoneMatch {
            guard !ifNoneMatch.matches(eTag) else { return .ifNoneMatch }
        } else if let date = conditions.ifModifiedSince, lastModified.seconds <= date.seconds {
            return .ifModifiedSince
        }
        return nil
    }

    private static func failed(_ condition: String) -> ObjectStoreError {
        ObjectStoreError(
            .preconditionFailed, "At least one of the pre-conditions you specified did not hold: \(condition).",
            details: [ObjectStoreError.Detail(name: "Condition", value: condition)])
    }
}
