import AuditTrail

extension LocalKeyService {
    /// The metadata of all keys, page by page: what ListKeys and a DescribeKey for each key would give, out of one snapshot
    /// and recorded as one event. AWS KMS has no such operation.
    ///
    /// - Parameters:
    ///   - limit: keys on a page, 1–1000; 100 if nil.
    ///   - marker: `nextMarker` of the page before.
    /// - Throws: `ValidationException`, `InvalidMarkerException`.
    public func describeKeys(limit: Int?, marker: String?) async throws(KeyStoreError) -> Page<KeyMetadata> {
        try await view(OperationEvent("DescribeKeys", source: .coffer, readOnly: true)) { snapshot, _ throws(KeyStoreError) in
            let limit = limit ?? 100
            try Limits.check(limit, in: 1...1000, member: "limit")
            if let marker, UUIDText.decode(marker) == nil { throw KeyStoreError(.invalidMarker, "the marker is not one of this listing") }
            let found = try snapshot.keys(after: marker, limit: limit + 1).map { record throws(KeyStoreError) in
                metadata(record, try snapshot.version(record.currentVersion, of: record.keyID))
            }
            return Page(found, limit: limit, marker: \.keyID)
        }
    }
}
