import AuditTrail
import Foundation
import KeyStore
import KeyTestSupport
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import AccessControl
@testable import ObjectStore

/// A phone whose codes are those of the OATH Toolkit's `oathtool`, which shares nothing with ours.
struct PeerPhone: Sendable {
    static let isInstalled = Command.isInstalled("oathtool")

    let name: String
    private let base32: String

    init(name: String, base32: String) {
        self.name = name
        self.base32 = base32
    }

    /// The codes of some steps in a row, the first one at a time.
    static func codes(of base32: String, at time: Timestamp, count: Int) throws -> [String] {
        let arguments = ["--totp", "--window=\(count - 1)", "--now=@\(time.seconds)", "--base32", base32]
        return try Command.succeed("oathtool", arguments).text.split(separator: "\n").map(String.init)
    }

    func code(at time: Timestamp, stepsAhead: Int64 = 0) throws -> String {
        try Self.codes(of: base32, at: Timestamp(seconds: time.seconds + 30 * stepsAhead), count: 1)[0]
    }

    /// A code that is of no step around a time.
    func wrongCode(at time: Timestamp) throws -> String {
        let right = try Self.codes(of: base32, at: Timestamp(seconds: time.seconds - 60), count: 5)
        return try #require(["000000", "111111", "222222", "333333", "444444", "555555"].first { !right.contains($0) })
    }
}

/// A bucket with MFA delete on, and a phone.
struct MFABucket: Sendable {
    let store: LocalStore
    let service: LocalObjectService
    let gate: MFAGate
    let subject: Subject
    let phone: PeerPhone
    /// As they were shown, once.
    let recoveryCodes: [String]

    /// - Parameter lock: whether the bucket has Object Lock.
    init(objectLock: Bool = false, isOn: Bool = true) async throws {
        store = try LocalStore()
        service = try await store.open()
        gate = try await MFAGate.openOrSetUp(
            AccessEnvironment(
                database: service.database, keys: store.keys, trail: store.trail, clock: store.clock,
                caller: LocalStore.caller, identity: store.identity))
        (phone, recoveryCodes) = try await Self.enrol("phone", gate, store)
        subject = Subject(service: service, clock: store.clock)
        try await subject.createBucket(.enabled, objectLock: objectLock)
        if isOn { try await subject.setVersioning(.enabled, mfaDelete: .enabled, mfa: token()) }
    }

    private static func enrol(_ name: String, _ gate: MFAGate, _ store: LocalStore) async throws -> (PeerPhone, [String]) {
        var enrolment = try Enrolment(name: name, parameters: .standard, identity: store.identity)
        let base32 = try SecretBase32.encode(enrolment.seed).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        let now = store.clock.now
        for code in try PeerPhone.codes(of: base32, at: Timestamp(seconds: now.seconds - 30), count: 2) {
            try enrolment.confirm(LocalStore.token(code).text, at: now)
        }
        let enrolled = try await gate.enrol(enrolment, authorizedBy: nil)
        let codes = enrolled.takeRecoveryCodes()
        let lines = codes?.withUnsafeBytes { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) }
        store.clock.pass(.seconds(30))
        return (PeerPhone(name: name, base32: base32), lines ?? [])
    }

    var now: Timestamp { store.clock.now }

    /// The store with another surrounding.
    func open(trail: AuditTrail? = nil, clock: (any KeyStoreClock)? = nil) async throws -> LocalObjectService {
        try await LocalObjectService.open(
            ObjectStoreEnvironment(
                folder: FilePath(store.folder.path), keys: store.keys, trail: trail ?? store.trail,
                clock: clock ?? store.clock, caller: LocalStore.caller, identity: store.identity), .existing)
    }

    /// As the device shows it now, or `stepsAhead` steps later.
    func shown(stepsAhead: Int64 = 0) throws -> String { "phone \(try phone.code(at: now, stepsAhead: stepsAhead))" }

    /// Waits for a code that was not shown before.
    func fresh() throws -> String {
        store.clock.pass(.seconds(30))
        return try shown()
    }

    func wrong() throws -> String { "phone \(try phone.wrongCode(at: now))" }

    func token() throws -> MFAToken { try LocalStore.token(fresh()) }

    // MARK: What a code is for

    /// Deletes one version for good.
    @discardableResult
    func delete(_ key: String, _ version: VersionID?, code: String?) async throws -> DeleteObjectResponse {
        try await subject.delete(key, version) { request in request.mfa = try code.map(LocalStore.token) }
    }

    /// That deleting a version is refused, and how.
    @discardableResult
    func refusal(
        _ key: String, _ version: VersionID?, code: String?, sourceLocation: SourceLocation = #_sourceLocation
    ) async -> String? {
        await subject.expect(.accessDenied, sourceLocation: sourceLocation) { try await delete(key, version, code: code) }?.message
    }

    /// All that a code protects, as text.
    func state() async throws -> [String] {
        var lines = [
            "\(try await service.getBucketVersioning(Subject.bucket))",
            "\(try await bucketText { try await $0.getObjectLockConfiguration($1) })",
            "\(try await bucketText { try await $0.getBucketLifecycleConfiguration($1) })",
        ]
        for version in try await service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket)).versions {
            var lock = ""
            if !version.isDeleteMarker {
                lock = "\(try await service.headObject(GetObjectRequest(subject.object(version.key.text, version.versionID))).objectLock)"
            }
            lines.append("\(version) \(lock)")
        }
        return lines
    }

    private func bucketText<Value>(_ get: (LocalObjectService, BucketName) async throws -> Value) async throws -> String {
        do { return "\(try await get(service, Subject.bucket))" } catch let error as ObjectStoreError { return error.code.rawValue }
    }
}
