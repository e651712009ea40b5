import KeyStore
import Testing

@testable import ObjectStore

/// What needs a code while MFA delete is on.
struct ProtectedOperation: Sendable, CustomTestStringConvertible {
    let name: String
    /// What it answers without a code.
    var refusal = ObjectStoreErrorCode.accessDenied
    let prepare: @Sendable (MFABucket) async throws -> VersionID?
    let run: @Sendable (MFABucket, VersionID?, MFAToken?) async throws -> Void

    var testDescription: String { name }

    private static func until(_ bucket: MFABucket, days: Int) -> Timestamp { bucket.now.adding(days: days) }

    static let all = s3 + beyond
    /// Where MFA delete is off, it turns it on.
    static let turningOn = "suspension of versioning in words that leave MFA delete on"

    /// The three operations that S3 asks for a code.
    static let s3 = [
        ProtectedOperation(
            name: "deletion of a version", prepare: { try await $0.subject.put("k", "1").versionID },
            run: { bucket, version, mfa in try await bucket.subject.delete("k", version) { $0.mfa = mfa } }),
        ProtectedOperation(
            name: "deletion of a version that is not the latest",
            prepare: { bucket in
                let first = try await bucket.subject.put("k", "1").versionID
                try await bucket.subject.put("k", "2")
                return first
            },
            run: { bucket, version, mfa in try await bucket.subject.delete("k", version) { $0.mfa = mfa } }),
        ProtectedOperation(
            name: "deletion of a delete marker", prepare: { try await $0.subject.delete("k").versionID },
            run: { bucket, version, mfa in try await bucket.subject.delete("k", version) { $0.mfa = mfa } }),
        ProtectedOperation(
            name: "deletion of the null version", prepare: { _ in .null },
            run: { bucket, version, mfa in try await bucket.subject.delete("k", version) { $0.mfa = mfa } }),
        ProtectedOperation(
            name: "deletion of a version that does not exist", prepare: { _ in VersionID(random: [UInt8](repeating: 9, count: 16)) },
            run: { bucket, version, mfa in try await bucket.subject.delete("k", version) { $0.mfa = mfa } }),
        ProtectedOperation(
            name: "a batch with one version among simple deletions",
            prepare: { bucket in
                for key in ["a", "z"] { try await bucket.subject.put(key, key) }
                return try await bucket.subject.put("k", "1").versionID
            },
            run: { bucket, version, mfa in
                var request = DeleteObjectsRequest(
                    bucket: Subject.bucket,
                    objects: [
                        .init(key: Subject.key("a")), .init(key: Subject.key("k"), versionID: version), .init(key: Subject.key("z")),
                    ])
                request.mfa = mfa
                let response = try await bucket.service.deleteObjects(request)
                #expect(response.errors.isEmpty)
            }),
        ProtectedOperation(
            name: "suspension of versioning", prepare: { _ in nil },
            run: { bucket, _, mfa in try await bucket.subject.setVersioning(.suspended, mfa: mfa) }),
        ProtectedOperation(
            name: turningOn, prepare: { _ in nil },
            run: { bucket, _, mfa in try await bucket.subject.setVersioning(.suspended, mfaDelete: .enabled, mfa: mfa) }),
        ProtectedOperation(
            name: "turning MFA delete off", prepare: { _ in nil },
            run: { bucket, _, mfa in try await bucket.subject.setVersioning(.enabled, mfaDelete: .disabled, mfa: mfa) }),
    ]

    /// What S3 lets through.
    static let beyond = [
        ProtectedOperation(
            name: "deletion of the bucket", prepare: { _ in nil },
            run: { bucket, _, mfa in try await bucket.service.deleteBucket(DeleteBucketRequest(bucket: Subject.bucket, mfa: mfa)) }),
        ProtectedOperation(
            name: "a lifecycle", refusal: .invalidBucketState, prepare: { _ in nil },
            run: { bucket, _, mfa in
                let lifecycle = try LifecycleConfiguration(rules: [LifecycleRule(id: "r", expiration: .days(1))])
                try await bucket.service.putBucketLifecycleConfiguration(
                    PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, lifecycle, mfa: mfa))
            }),
    ]

    /// In a bucket with Object Lock.
    static let locks = [
        ProtectedOperation(
            name: "a shorter default retention", prepare: defaultRetention,
            run: { bucket, _, mfa in
                let shorter = ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: .governance, period: .days(1)))
                try await bucket.service.putObjectLockConfiguration(
                    PutObjectLockConfigurationRequest(bucket: Subject.bucket, shorter, mfa: mfa))
            }),
        ProtectedOperation(
            name: "no default retention", prepare: defaultRetention,
            run: { bucket, _, mfa in
                try await bucket.service.putObjectLockConfiguration(
                    PutObjectLockConfigurationRequest(bucket: Subject.bucket, ObjectLockConfiguration(), mfa: mfa))
            }),
        ProtectedOperation(
            name: "a shorter retention of a version", prepare: retention,
            run: { bucket, version, mfa in
                try await shorten(bucket, version, Retention(mode: .governance, retainUntilDate: until(bucket, days: 1)), mfa)
            }),
        ProtectedOperation(
            name: "no retention of a version", prepare: retention,
            run: { bucket, version, mfa in try await shorten(bucket, version, nil, mfa) }),
    ]

    private static let defaultRetention: @Sendable (MFABucket) async throws -> VersionID? = { bucket in
        let two = ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: .governance, period: .days(2)))
        try await bucket.service.putObjectLockConfiguration(PutObjectLockConfigurationRequest(bucket: Subject.bucket, two))
        return nil
    }

    private static let retention: @Sendable (MFABucket) async throws -> VersionID? = { bucket in
        try await bucket.subject.put("k", "1") {
            $0.objectLockRetention = Retention(mode: .governance, retainUntilDate: until(bucket, days: 2))
        }.versionID
    }

    private static func shorten(_ bucket: MFABucket, _ version: VersionID?, _ retention: Retention?, _ mfa: MFAToken?) async throws {
        var request = PutObjectRetentionRequest(bucket.subject.object("k", version), retention: retention)
        request.bypassGovernanceRetention = true
        request.mfa = mfa
        try await bucket.service.putObjectRetention(request)
    }
}
