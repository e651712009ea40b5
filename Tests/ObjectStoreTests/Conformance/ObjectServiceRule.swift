import KeyStore
import KeyTestSupport
import OpenSSL
import Testing

@testable import ObjectStore

/// One thing that every implementation of `ObjectService` must do. An implementation's tests run `all` of them, each on an empty
/// store:
///
/// ```swift
/// @Test(arguments: ObjectServiceRule.all)
/// func conforms(_ rule: ObjectServiceRule) async throws { try await rule.check(Subject(service: …, clock: …)) }
/// ```
struct ObjectServiceRule: Sendable, CustomTestStringConvertible {
    let name: String
    let check: @Sendable (Subject) async throws -> Void

    init(_ name: String, _ check: @escaping @Sendable (Subject) async throws -> Void) {
        self.name = name
        self.check = check
    }

    var testDescription: String { name }

    static let all = withoutMFA + mfa
    /// For an implementation that has no MFA gate.
    static let withoutMFA = versioning + deletions + reading + writing + listings + multipart + locks + buckets
}

/// An implementation on an empty store, with short words for what the rules do again and again.
struct Subject: Sendable {
    let service: any ObjectService
    /// The only clock of the store.
    let clock: ManualClock
    /// A new token that is good for one request; nil if the store of this subject has no MFA gate, so that it runs `withoutMFA`.
    var mfaToken: (@Sendable () throws -> MFAToken)?

    static let bucket = unchecked { () throws(ObjectStoreError) in try BucketName("bucket") }

    /// For names that a reader can see to be right.
    static func unchecked<Value>(_ make: () throws(ObjectStoreError) -> Value) -> Value {
        do throws(ObjectStoreError) { return try make() } catch { preconditionFailure("\(error)") }
    }

    static func key(_ text: String) -> ObjectKey { unchecked { () throws(ObjectStoreError) in try ObjectKey(text) } }

    func object(_ key: String, _ versionID: VersionID? = nil) -> ObjectReference {
        ObjectReference(bucket: Self.bucket, key: Self.key(key), versionID: versionID)
    }

    // MARK: Buckets

    func createBucket(_ status: VersioningStatus = .unversioned, objectLock: Bool = false) async throws {
        var request = CreateBucketRequest(bucket: Self.bucket)
        request.objectLockEnabledForBucket = objectLock
        try await service.createBucket(request)
        if status != .unversioned { try await setVersioning(status) }
    }

    func setVersioning(_ status: VersioningStatus, mfaDelete: MFADeleteStatus? = nil, mfa: MFAToken? = nil) async throws {
        try await service.putBucketVersioning(
            PutBucketVersioningRequest(
                bucket: Self.bucket, versioningConfiguration: VersioningConfiguration(status: status, mfaDelete: mfaDelete), mfa: mfa))
    }

    // MARK: Objects

    @discardableResult
    func put(_ key: String, _ text: String = "", _ set: (inout PutObjectRequest) throws -> Void = { _ in }) async throws
        -> PutObjectResponse
    {
        var request = PutObjectRequest(bucket: Self.bucket, key: Self.key(key), body: BytesBody(text))
        try set(&request)
        return try await service.putObject(request)
    }

    func get(_ key: String, _ versionID: VersionID? = nil, _ set: (inout GetObjectRequest) throws -> Void = { _ in }) async throws -> String
    {
        var request = GetObjectRequest(object(key, versionID))
        try set(&request)
        let response = try await service.getObject(request)
        let bytes = try await response.body.collect(limit: 64 << 20)
        #expect(UInt64(bytes.count) == response.description.contentLength)
        return String(decoding: bytes, as: UTF8.self)
    }

    func head(_ key: String, _ versionID: VersionID? = nil, _ set: (inout GetObjectRequest) throws -> Void = { _ in }) async throws
        -> ObjectDescription
    {
        var request = GetObjectRequest(object(key, versionID))
        try set(&request)
        return try await service.headObject(request)
    }

    @discardableResult
    func delete(_ key: String, _ versionID: VersionID? = nil, _ set: (inout DeleteObjectRequest) throws -> Void = { _ in }) async throws
        -> DeleteObjectResponse
    {
        var request = DeleteObjectRequest(object(key, versionID))
        try set(&request)
        return try await service.deleteObject(request)
    }

    // MARK: Listings

    /// Every version as a word: the key, `!` for a delete marker, `*` for the latest.
    func versions() async throws -> [String] {
        try await service.listObjectVersions(ListObjectVersionsRequest(bucket: Self.bucket)).versions.map {
            "\($0.key)\($0.isDeleteMarker ? "!" : "")\($0.isLatest ? "*" : "")"
        }
    }

    func keys(_ scope: ListingScope = ListingScope()) async throws -> [String] {
        try await service.listObjectsV2(ListObjectsV2Request(bucket: Self.bucket, scope: scope)).contents.map(\.key.text)
    }

    // MARK: Refusals

    /// That `operation` is refused with this code, and what the error says besides.
    @discardableResult
    func expect(
        _ code: ObjectStoreErrorCode, sourceLocation: SourceLocation = #_sourceLocation, _ operation: () async throws -> Void
    ) async -> ObjectStoreError? {
        do {
            try await operation()
            Issue.record("\(code.rawValue) was expected, and nothing was refused", sourceLocation: sourceLocation)
            return nil
        } catch let error as ObjectStoreError {
            #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
            #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
            return error
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
            return nil
        }
    }
}
