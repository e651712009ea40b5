import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

extension ObjectServiceRule {
    private static func until(_ s: Subject, _ seconds: Int64) -> Timestamp { Timestamp(seconds: s.clock.now.seconds + seconds) }

    static let locks = [
        ObjectServiceRule("compliance lets nobody delete before its time, and everybody after") { s in
            try await s.createBucket(objectLock: true)
            let put = try await s.put("k", "1") { $0.objectLockRetention = Retention(mode: .compliance, retainUntilDate: until(s, 100)) }
            for bypass in [true, false] {
                await s.expect(.accessDenied) { try await s.delete("k", put.versionID) { $0.bypassGovernanceRetention = bypass } }
            }
            #expect(try await s.delete("k").deleteMarker)
            #expect(try await s.get("k", put.versionID) == "1")
            s.clock.pass(.seconds(100))
            try await s.delete("k", put.versionID)
            #expect(try await s.versions() == ["k!*"])
        },
        ObjectServiceRule("governance needs the bypass, and legal hold knows none") { s in
            try await s.createBucket(objectLock: true)
            let put = try await s.put("k", "1") {
                $0.objectLockRetention = Retention(mode: .governance, retainUntilDate: until(s, 100))
                $0.objectLockLegalHoldStatus = .on
            }
            let object = s.object("k", put.versionID)
            await s.expect(.accessDenied) { try await s.delete("k", put.versionID) { $0.bypassGovernanceRetention = true } }
            try await s.service.putObjectLegalHold(object, .off)
            await s.expect(.accessDenied) { try await s.delete("k", put.versionID) }
            try await s.delete("k", put.versionID) { $0.bypassGovernanceRetention = true }
            #expect(try await s.versions() == [])
        },
        ObjectServiceRule("a retention can be extended and not shortened") { s in
            try await s.createBucket(objectLock: true)
            let put = try await s.put("k") { $0.objectLockRetention = Retention(mode: .compliance, retainUntilDate: until(s, 100)) }
            let object = s.object("k", put.versionID)
            let longer = Retention(mode: .compliance, retainUntilDate: until(s, 200))
            try await s.service.putObjectRetention(PutObjectRetentionRequest(object, retention: longer))
            #expect(try await s.service.getObjectRetention(object) == longer)
            for weaker in [
                nil, Retention(mode: .compliance, retainUntilDate: until(s, 199)),
                Retention(mode: .governance, retainUntilDate: until(s, 300)),
            ] {
                var request = PutObjectRetentionRequest(object, retention: weaker)
                request.bypassGovernanceRetention = true
                await s.expect(.accessDenied) { [request] in try await s.service.putObjectRetention(request) }
            }
            await s.expect(.invalidArgument) {
                try await s.service.putObjectRetention(
                    PutObjectRetentionRequest(object, retention: Retention(mode: .compliance, retainUntilDate: s.clock.now)))
            }
        },
        ObjectServiceRule("new versions get the bucket's default, also those made of parts") { s in
            try await s.createBucket(objectLock: true)
            let configuration = ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: .governance, period: .days(1)))
            try await s.service.putObjectLockConfiguration(
                PutObjectLockConfigurationRequest(bucket: Subject.bucket, configuration))
            #expect(try await s.service.getObjectLockConfiguration(Subject.bucket) == configuration)
            try await s.put("k")
            let upload = try await s.service.createMultipartUpload(
                CreateMultipartUploadRequest(bucket: Subject.bucket, key: Subject.key("m"))
            ).upload
            let part = try await s.service.uploadPart(UploadPartRequest(upload: upload, partNumber: 1, body: BytesBody("1")))
            s.clock.pass(.seconds(10))
            _ = try await s.service.completeMultipartUpload(
                CompleteMultipartUploadRequest(upload: upload, parts: [CompletedPart(partNumber: 1, eTag: part.eTag)]))
            for (key, age) in [("k", Int64(10)), ("m", 0)] {
                let expected = Retention(mode: .governance, retainUntilDate: until(s, 86_400 - age))
                #expect(try await s.service.getObjectRetention(s.object(key)) == expected)
                #expect(try await s.head(key).objectLock.retention == expected)
            }
        },
        ObjectServiceRule("locks need a bucket with Object Lock, which keeps its versions") { s in
            try await s.createBucket(.enabled)
            await s.expect(.invalidRequest) {
                try await s.put("k") { $0.objectLockRetention = Retention(mode: .governance, retainUntilDate: until(s, 9)) }
            }
            try await s.put("k")
            await s.expect(.invalidRequest) { try await s.service.putObjectLegalHold(s.object("k"), .on) }
            await s.expect(.invalidRequest) { _ = try await s.service.getObjectRetention(s.object("k")) }
            await s.expect(.objectLockConfigurationNotFound) { _ = try await s.service.getObjectLockConfiguration(Subject.bucket) }
            try await s.service.putObjectLockConfiguration(
                PutObjectLockConfigurationRequest(bucket: Subject.bucket, ObjectLockConfiguration()))
            await s.expect(.noSuchObjectLockConfiguration) { _ = try await s.service.getObjectRetention(s.object("k")) }
            await s.expect(.noSuchObjectLockConfiguration) { _ = try await s.service.getObjectLegalHold(s.object("k")) }
            await s.expect(.invalidBucketState) { try await s.setVersioning(.suspended) }
        },
    ]

    static let mfa = [
        ObjectServiceRule("with MFA delete on, a version goes only with a code, and a marker comes without one") { s in
            let token = try #require(s.mfaToken)
            try await s.createBucket(.enabled)
            let put = try await s.put("k", "1")
            await s.expect(.accessDenied) { try await s.setVersioning(.enabled, mfaDelete: .enabled) }
            try await s.setVersioning(.enabled, mfaDelete: .enabled, mfa: try token())
            let marker = try await s.delete("k")
            #expect(marker.deleteMarker)
            await s.expect(.accessDenied) { try await s.delete("k", put.versionID) }
            await s.expect(.accessDenied) { try await s.delete("k", marker.versionID) }
            await s.expect(.accessDenied) { try await s.delete("k", VersionID(random: [UInt8](repeating: 1, count: 16))) }
            try await s.delete("k", marker.versionID) { $0.mfa = try token() }
            #expect(try await s.versions() == ["k*"])
        },
        ObjectServiceRule("with MFA delete on, versioning changes only with a code") { s in
            let token = try #require(s.mfaToken)
            try await s.createBucket(.enabled)
            try await s.setVersioning(.enabled, mfaDelete: .enabled, mfa: try token())
            await s.expect(.accessDenied) { try await s.setVersioning(.suspended) }
            await s.expect(.accessDenied) { try await s.setVersioning(.enabled, mfaDelete: .disabled) }
            try await s.setVersioning(.enabled)
            let still = try await s.service.getBucketVersioning(Subject.bucket)
            #expect(still.mfaDelete == .enabled)
            try await s.setVersioning(.suspended, mfaDelete: .disabled, mfa: try token())
            let now = try await s.service.getBucketVersioning(Subject.bucket)
            #expect(now == VersioningConfiguration(status: .suspended, mfaDelete: .disabled))
        },
        ObjectServiceRule("with MFA delete on, a batch with a version is refused as a whole without a code") { s in
            let token = try #require(s.mfaToken)
            try await s.createBucket(.enabled)
            let put = try await s.put("k", "1")
            try await s.setVersioning(.enabled, mfaDelete: .enabled, mfa: try token())
            var request = DeleteObjectsRequest(
                bucket: Subject.bucket,
                objects: [.init(key: Subject.key("other")), .init(key: Subject.key("k"), versionID: put.versionID)])
            await s.expect(.accessDenied) { [request] in _ = try await s.service.deleteObjects(request) }
            #expect(try await s.versions() == ["k*"])
            request.mfa = try token()
            let response = try await s.service.deleteObjects(request)
            #expect(response.errors.isEmpty)
            #expect(try await s.versions() == ["other!*"])
        },
        ObjectServiceRule("MFA delete and a lifecycle without a code exclude each other") { s in
            let token = try #require(s.mfaToken)
            try await s.createBucket(.enabled)
            try await s.setVersioning(.enabled, mfaDelete: .enabled, mfa: try token())
            let lifecycle = try LifecycleConfiguration(rules: [LifecycleRule(id: "r", expiration: .days(1))])
            await s.expect(.invalidBucketState) {
                try await s.service.putBucketLifecycleConfiguration(
                    PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, lifecycle))
            }
            await s.expect(.noSuchLifecycleConfiguration) { _ = try await s.service.getBucketLifecycleConfiguration(Subject.bucket) }
        },
    ]
}
