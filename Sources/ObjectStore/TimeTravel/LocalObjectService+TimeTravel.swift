public import KeyStore

/// Looking at a bucket as it was. What is gone for good is not seen: these are looks at the versions that are still there.
extension LocalObjectService {
    /// As ListObjectsV2 would have answered then, with version IDs. Versions that were made at `time` itself count.
    public func listObjects(_ request: ListObjectsV2Request, asOf time: Timestamp) async throws(ObjectStoreError)
        -> ListObjectVersionsResponse
    {
        var walk = try ListingWalk<VersionEntry>(request.scope, after: request.continuationToken?.position ?? request.startAfter)
        try view { reader throws(ObjectStoreError) in
            let bucket = try reader.bucket(request.bucket)
            guard let start = walk.lowerBound else { return }
            var key: [UInt8]?
            try reader.scan(bucket.id, from: start) { version throws(ObjectStoreError) in
                let isLatest = version.key != key
                key = version.key
                guard version.summary.lastModified <= time else { return .next }
                guard version.summary.object != nil else { return .nextKey }
                let entry = try VersionEntry(version, isLatest: isLatest)
                return StoreReader.Step(walk.offer(version.key, entry), then: .nextKey)
            }
        }
        return ListObjectVersionsResponse(walk)
    }

    /// The version of a key that was current then.
    ///
    /// - Throws: `NoSuchKey`, with the facts of the delete marker if there was one.
    public func versionID(of key: ObjectKey, in bucket: BucketName, asOf time: Timestamp) async throws(ObjectStoreError) -> VersionID {
        try view { reader throws(ObjectStoreError) in
            let version = try reader.version(of: key, in: reader.bucket(bucket).id, asOf: time)
            return try VersioningRules.currentObject(version) { $0.marker }.versionID
        }
    }
}

extension StoreReader {
    /// The newest version of a key that is not newer than `time`.
    func version(of key: ObjectKey, in bucket: Int64, asOf time: Timestamp) throws(ObjectStoreError) -> VersionRow? {
        var found: VersionRow?
        try forEachVersion(in: bucket, from: key.bytes) { version throws(ObjectStoreError) in
            guard version.key == key else { return false }
            guard version.record.lastModified <= time else { return true }
            found = version
            return false
        }
        return found
    }
}
