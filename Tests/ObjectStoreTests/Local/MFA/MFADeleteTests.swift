import AuditTrail
import Findings
import Foundation
import KeyStore
import KeyTestSupport
import Testing

@testable import AccessControl
@testable import ObjectStore

/// What is refused without a second factor, and that refusing changes nothing. `MFACodeUseTests` is about codes,
/// `MFASessionTests` about what stands for one.
@Suite("MFA delete", .enabled(if: PeerPhone.isInstalled, "oathtool is not installed"))
struct MFADeleteTests {
    @Test(
        "without a code and with a wrong one it is refused and changes nothing, with a code it is done", arguments: ProtectedOperation.all)
    func needsCode(_ operation: ProtectedOperation) async throws { try await check(operation, MFABucket()) }

    @Test(
        "a lock is weakened only with a code, also by whoever may bypass governance",
        arguments: ProtectedOperation.locks + ProtectedOperation.s3.prefix(3))
    func locksNeedCode(_ operation: ProtectedOperation) async throws { try await check(operation, MFABucket(objectLock: true)) }

    private func check(_ operation: ProtectedOperation, _ bucket: MFABucket) async throws {
        let version = try await operation.prepare(bucket)
        let before = try await bucket.state()
        await bucket.subject.expect(operation.refusal) { try await operation.run(bucket, version, nil) }
        #expect(try await bucket.state() == before)
        for code in [try bucket.wrong(), "", "phone", "phone 12345x", "other 123456"] {
            let token = try LocalStore.token(code)
            await bucket.subject.expect(.accessDenied) { try await operation.run(bucket, version, token) }
            #expect(try await bucket.state() == before)
        }
        try await operation.run(bucket, version, bucket.token())
        #expect(try await bucket.service.check(repair: false).findings.isEmpty)
    }

    @Test("while MFA delete is off no code is needed", arguments: ProtectedOperation.all.filter { $0.name != ProtectedOperation.turningOn })
    func off(_ operation: ProtectedOperation) async throws {
        let bucket = try await MFABucket(isOn: false)
        let version = try await operation.prepare(bucket)
        try await operation.run(bucket, version, nil)
    }

    @Test("puts, simple deletions, copies and what is said about a version need no code")
    func free() async throws {
        let bucket = try await MFABucket(objectLock: true)
        let s = bucket.subject
        try await s.put("k", "1")
        try await s.put("k", "2")
        #expect(try await s.delete("k").deleteMarker)
        try await s.put("k", "3")
        _ = try await s.service.copyObject(CopyObjectRequest(copySource: s.object("k"), bucket: Subject.bucket, key: Subject.key("c")))
        _ = try await s.service.putObjectTagging(s.object("k"), TagSet([ObjectTag(key: "a", value: "b")]))
        let batch = DeleteObjectsRequest(bucket: Subject.bucket, objects: [.init(key: Subject.key("k")), .init(key: Subject.key("c"))])
        #expect(try await s.service.deleteObjects(batch).errors.isEmpty)
        let longer = ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: .governance, period: .days(1)))
        try await s.service.putObjectLockConfiguration(PutObjectLockConfigurationRequest(bucket: Subject.bucket, longer))
        let put = try await s.put("r", "1")
        try await s.service.putObjectRetention(
            PutObjectRetentionRequest(
                s.object("r", put.versionID), retention: Retention(mode: .governance, retainUntilDate: bucket.now.adding(days: 9))))
        try await s.setVersioning(.enabled)
        try await s.service.putBucketLifecycleConfiguration(PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, nil))
        #expect(try await s.versions() == ["c!*", "c", "k!*", "k", "k!", "k", "k", "r*"])
    }

    @Test("a batch without versions is refused as a whole for a wrong code, and done with a right one")
    func batchWithoutVersions() async throws {
        let bucket = try await MFABucket()
        try await bucket.subject.put("k", "1")
        var request = DeleteObjectsRequest(bucket: Subject.bucket, objects: [.init(key: Subject.key("k"))])
        request.mfa = try LocalStore.token(bucket.wrong())
        await bucket.subject.expect(.accessDenied) { [request] in _ = try await bucket.service.deleteObjects(request) }
        #expect(try await bucket.subject.versions() == ["k*"])
        request.mfa = try bucket.token()
        _ = try await bucket.service.deleteObjects(request)
        #expect(try await bucket.subject.versions() == ["k!*", "k"])
    }

    @Test("one code is for all versions of a batch, and a batch of a thousand is refused as a whole")
    func largeBatch() async throws {
        let bucket = try await MFABucket()
        let s = bucket.subject
        let versions = try await withThrowingTaskGroup(of: DeleteObjectsRequest.Entry.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    let put = try await s.put("k/\(number % 250)", "\(number)")
                    return .init(key: Subject.key("k/\(number % 250)"), versionID: put.versionID)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var request = DeleteObjectsRequest(bucket: Subject.bucket, objects: versions)
        for code in [nil, try bucket.wrong()] {
            request.mfa = try code.map(LocalStore.token)
            await s.expect(.accessDenied) { [request] in _ = try await s.service.deleteObjects(request) }
        }
        #expect(try await bucket.service.statistics().buckets[0].versionCount == 1000)
        request.mfa = try bucket.token()
        #expect(try await s.service.deleteObjects(request).deleted.count == 1000)
        #expect(try await s.versions() == [])
    }

    @Test("the bucket with MFA delete on keeps its lifecycle out, and enabling on one with a lifecycle uses no code up")
    func lifecycleFirst() async throws {
        let bucket = try await MFABucket(isOn: false)
        let lifecycle = try LifecycleConfiguration(rules: [LifecycleRule(id: "r", expiration: .days(1))])
        try await bucket.service.putBucketLifecycleConfiguration(
            PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, lifecycle))
        let code = try bucket.fresh()
        let refusal = await bucket.subject.expect(.invalidBucketState) {
            try await bucket.subject.setVersioning(.enabled, mfaDelete: .enabled, mfa: LocalStore.token(code))
        }
        #expect(refusal?.message.contains("Delete lifecycle configuration before enabling Mfa Authentication") == true)
        try await bucket.service.putBucketLifecycleConfiguration(PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, nil))
        try await bucket.subject.setVersioning(.enabled, mfaDelete: .enabled, mfa: LocalStore.token(code))
    }

    @Test("a lifecycle that a code approved deletes versions without asking")
    func approvedLifecycle() async throws {
        let bucket = try await MFABucket()
        let rule = try LifecycleRule(id: "old", noncurrentVersionExpiration: .init(noncurrentDays: 1))
        try await bucket.service.putBucketLifecycleConfiguration(
            PutBucketLifecycleConfigurationRequest(bucket: Subject.bucket, LifecycleConfiguration(rules: [rule]), mfa: bucket.token()))
        try await bucket.subject.put("k", "1")
        try await bucket.subject.put("k", "2")
        bucket.store.clock.pass(.seconds(3 * 86_400))
        #expect(try await bucket.service.maintain(dryRun: false).deletedVersions == 1)
        #expect(try await bucket.subject.versions() == ["k*"])
    }

    @Test("a key is protected that opens objects of the bucket, is given to new ones, or is the store's own")
    func protectedKeys() async throws {
        let bucket = try await MFABucket()
        let keys = bucket.store.keys
        var arns: [String] = []
        for name in ["used", "given", "aliased", "other"] { arns.append(try await keys.createKey(CreateKeyRequest(description: name)).arn) }
        try await keys.createAlias(aliasName: "alias/given", targetKeyID: arns[2])
        let put = try await bucket.subject.put("k", "1") { $0.ssekmsKeyID = arns[0] }
        for (key, isProtected) in [(arns[0], true), (arns[1], false), (bucket.service.defaultKeyARN, true), (arns[3], false)] {
            #expect(try await bucket.service.protectsKey(key) == isProtected)
        }
        try await bucket.service.putBucketEncryption(Subject.bucket, BucketEncryption(kmsMasterKeyID: arns[1]))
        #expect(try await bucket.service.protectsKey(arns[1]))
        try await bucket.service.putBucketEncryption(Subject.bucket, BucketEncryption(kmsMasterKeyID: "alias/given"))
        #expect(try await bucket.service.protectsKey(arns[2]))
        #expect(try await !bucket.service.protectsKey(arns[1]))
        try await bucket.delete("k", put.versionID, code: bucket.fresh())
        #expect(try await !bucket.service.protectsKey(arns[0]))
        try await bucket.subject.setVersioning(.enabled, mfaDelete: .disabled, mfa: bucket.token())
        for key in arns + [bucket.service.defaultKeyARN] { #expect(try await !bucket.service.protectsKey(key)) }
    }

    @Test("without a device no code is good, and MFA delete cannot be turned on")
    func noDevice() async throws {
        let store = try LocalStore()
        let s = try await store.subject()
        try await s.createBucket(.enabled)
        for code in [nil, "phone 123456"] {
            let token = try code.map(LocalStore.token)
            let refusal = await s.expect(.accessDenied) { try await s.setVersioning(.enabled, mfaDelete: .enabled, mfa: token) }
            #expect(refusal?.message == "Mfa Authentication must be used for this request")
        }
    }

    @Test("refusals and the codes that were spent are on record, and no code is")
    func trail() async throws {
        let bucket = try await MFABucket()
        let put = try await bucket.subject.put("k", "1")
        let (wrong, right) = (try bucket.wrong(), try bucket.fresh())
        await bucket.refusal("k", put.versionID, code: nil)
        await bucket.refusal("k", put.versionID, code: wrong)
        try await bucket.delete("k", put.versionID, code: right)
        let deletions = try bucket.store.events("DeleteObject")
        #expect(deletions.map(\.errorCode) == ["AccessDenied", "AccessDenied", nil])
        let codes = try bucket.store.events("VerifyMFACode").suffix(2)
        #expect(codes.map { $0.errorCode == nil } == [false, true])
        let trail = try String(contentsOf: bucket.store.folder.appendingPathComponent("audit.log"), encoding: .utf8)
        // Between digits of a hash a code may well be found.
        for code in [wrong, right] { #expect(trail.firstRange(of: try Regex("\\b\(code.suffix(6))\\b")) == nil) }
    }
}
