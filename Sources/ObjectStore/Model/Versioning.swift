/// Whether a bucket keeps versions. A bucket that once kept them never becomes `unversioned` again.
public enum VersioningStatus: String, Sendable, Hashable, CaseIterable {
    /// Never configured: there is one version of a key, its ID is `null`, and a deletion is final.
    case unversioned = ""
    case enabled = "Enabled"
    /// New versions are `null` and replace the former `null`; the others stay.
    case suspended = "Suspended"

    /// Whether answers name version IDs: as S3, not for a bucket that was never versioned.
    public var namesVersions: Bool { self != .unversioned }
}

/// Whether permanent deletion needs a second factor. Told only if it was ever configured.
public enum MFADeleteStatus: String, Sendable, Hashable, CaseIterable {
    case enabled = "Enabled"
    case disabled = "Disabled"
}

/// Amazon S3 API reference, `VersioningConfiguration`.
public struct VersioningConfiguration: Sendable, Hashable {
    public var status: VersioningStatus
    /// nil if it was never configured, and in a request that leaves it as it is.
    public var mfaDelete: MFADeleteStatus?

    public init(status: VersioningStatus, mfaDelete: MFADeleteStatus? = nil) {
        self.status = status
        self.mfaDelete = mfaDelete
    }
}
