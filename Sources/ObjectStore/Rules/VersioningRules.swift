/// What versioning makes of writes and deletions (Amazon S3 User Guide, "Using versioning in S3 buckets").
public enum VersioningRules {
    /// What a new version, object or delete marker, does to what is there.
    public enum NewVersion: Sendable, Hashable {
        /// It gets an ID of its own, and everything stays.
        case added
        /// It is the `null` version, and the former `null` version, whatever it was, goes.
        case replacingNull
    }

    public static func put(in status: VersioningStatus) -> NewVersion {
        switch status {
        case .enabled: .added
        case .unversioned, .suspended: .replacingNull
        }
    }

    /// What a deletion does that names no version.
    public enum SimpleDeletion: Sendable, Hashable {
        /// The one version there is goes for good, if there is one.
        case removingNull
        /// A delete marker comes on top, whatever is there: also on top of another marker, and of nothing.
        case addingMarker(NewVersion)
    }

    public static func delete(in status: VersioningStatus) -> SimpleDeletion {
        switch status {
        case .unversioned: .removingNull
        case .enabled: .addingMarker(.added)
        case .suspended: .addingMarker(.replacingNull)
        }
    }

    /// - Throws: `MalformedXML` for a way back to a bucket without versions, `InvalidBucketState` for a bucket with Object Lock, whose
    ///   versions must stay.
    public static func check(
        _ new: VersioningConfiguration, after current: VersioningConfiguration, hasObjectLock: Bool
    ) throws(ObjectStoreError) {
        guard new.status != .unversioned else {
            throw ObjectStoreError(.malformedXML, "The versioning status must be Enabled or Suspended.")
        }
        guard !hasObjectLock || new.status == .enabled else {
            throw ObjectStoreError(
                .invalidBucketState, "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.")
        }
    }

    /// Whether a second factor is needed: to turn MFA delete on, and for every change while it is on.
    public static func needsMFA(_ new: VersioningConfiguration, after current: VersioningConfiguration) -> Bool {
        let mfaDelete = new.mfaDelete ?? current.mfaDelete
        guard current.mfaDelete == .enabled || mfaDelete == .enabled else { return false }
        return mfaDelete != current.mfaDelete || new.status != current.status
    }

    // MARK: Looking up

    /// The object that a request without a version ID is about.
    ///
    /// - Throws: `NoSuchKey`, with the facts of the delete marker if there is one.
    public static func currentObject<Version>(_ latest: Version?, marker: (Version) -> ObjectStoreError.DeleteMarkerFacts?)
        throws(ObjectStoreError) -> Version
    {
        guard let latest else { throw ObjectStoreError(.noSuchKey) }
        if let facts = marker(latest) { throw ObjectStoreError(.noSuchKey, deleteMarker: facts) }
        return latest
    }

    /// The object that a request with a version ID is about.
    ///
    /// - Throws: `NoSuchVersion`; `MethodNotAllowed` with the facts of the delete marker.
    public static func namedObject<Version>(_ version: Version?, marker: (Version) -> ObjectStoreError.DeleteMarkerFacts?)
        throws(ObjectStoreError) -> Version
    {
        guard let version else { throw ObjectStoreError(.noSuchVersion) }
        if let facts = marker(version) { throw ObjectStoreError(.methodNotAllowed, deleteMarker: facts) }
        return version
    }
}
