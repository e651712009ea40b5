import AuditTrail
import Envelope
import Foundation
import GRDB
import KeyCatalog
import KeyStore
import OpenSSL
import Synchronization
import SystemPackage
import Testing

@testable import AccessControl
@testable import ObjectStore

/// An embedded object store with everything around it, in a folder that goes with it.
final class LocalStore: Sendable {
    let folder: URL
    let clock = ManualClock()
    let trail: AuditTrail
    let keys: LocalKeyService
    let identity: StoreIdentity
    private let phone = Mutex<Phone?>(nil)

    static let caller = CallerIdentity(userName: "tester", userAgent: "coffer-tests/1")

    init(in parent: URL = FileManager.default.temporaryDirectory) throws {
        folder = parent.appendingPathComponent("coffer-objects-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        trail = try AuditTrail(path: folder.appendingPathComponent("audit.log").path)
        identity = try StoreIdentity()
        keys = try LocalKeyService.initialize(
            KeyStoreEnvironment(
                records: KeyCatalog(path: folder.appendingPathComponent("keys.sqlite").path, access: .createIfMissing), trail: trail,
                clock: KeyClock(clock: clock), caller: Self.caller),
            identity: identity, seal: .keyFile(path: "/keys/unseal", identity: AgeIdentity.generate()), label: "unattended")
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch { print("cannot remove \(folder.path): \(error)") }
    }

    var databasePath: String { folder.appendingPathComponent("objects.sqlite").path }

    /// As another process would open it: with connections of its own.
    func open(
        _ access: LocalObjectService.Access = .createIfMissing, calls: any FileCalls = SystemFileCalls()
    ) async throws -> LocalObjectService {
        try await LocalObjectService.open(environment(calls), access)
    }

    func environment(_ calls: any FileCalls = SystemFileCalls()) -> ObjectStoreEnvironment {
        ObjectStoreEnvironment(
            folder: FilePath(folder.path), keys: keys, trail: trail, clock: KeyClock(clock: clock), caller: Self.caller, identity: identity,
            calls: calls)
    }

    func subject(calls: any FileCalls = SystemFileCalls()) async throws -> Subject {
        Subject(service: try await open(calls: calls), clock: clock) { [self] in try token() }
    }

    /// Changes the database behind Coffer's back, as somebody with an editor could.
    func edit(_ sql: String, _ arguments: StatementArguments = []) throws {
        let queue = try DatabaseQueue(path: databasePath)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: sql, arguments: arguments)
        }
        try queue.close()
    }

    func query<Value: DatabaseValueConvertible>(_ sql: String) throws -> [Value] {
        let queue = try DatabaseQueue(path: databasePath)
        let values = try queue.read { db in try Value.fetchAll(db, sql: sql) }
        try queue.close()
        return values
    }

    /// The files of blobs.
    func blobFiles() throws -> [URL] {
        let root = folder.appendingPathComponent("objects")
        let enumerator = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        return (enumerator?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "age" }
    }

    /// Events of one name, oldest first.
    func events(_ name: String) throws -> [AuditRecord] {
        var events: [AuditRecord] = []
        try trail.forEachNewestFirst {
            if $0.eventName == name { events.append($0) }
            return true
        }
        return events.reversed()
    }

    // MARK: Second factors

    /// What a person has in their hand.
    final class Phone: Sendable {
        let seed: SecretBytes
        init(_ seed: consuming SecretBytes) { self.seed = seed }
    }

    /// Enrols a phone. Takes a step of time.
    func enrol(on service: LocalObjectService) async throws {
        let environment = AccessEnvironment(
            database: service.database, keys: keys, trail: trail, clock: KeyClock(clock: clock), caller: Self.caller, identity: identity)
        let gate = try await MFAGate.openOrSetUp(environment)
        var enrolment = try Enrolment(name: "phone", parameters: .standard, identity: identity)
        let phone = Phone(try enrolment.seed.copy())
        for ahead in [Int64(-1), 0] {
            let step = TOTP.step(at: clock.now, .standard) + ahead
            try enrolment.confirm(TOTP.code(of: phone.seed, step: step, .standard), at: clock.now)
        }
        _ = try await gate.enrol(enrolment, authorizedBy: nil)
        self.phone.withLock { $0 = phone }
        clock.advance(seconds: 30)
    }

    /// A code that was not used. Takes a step of time.
    func code() throws -> String {
        clock.advance(seconds: 30)
        let phone = try #require(phone.withLock { $0 })
        let code = try TOTP.code(of: phone.seed, step: TOTP.step(at: clock.now, .standard), .standard)
        return code.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    func token() throws -> MFAToken { try Self.token("phone \(code())") }

    static func token(_ text: String) throws -> MFAToken {
        let bytes = Array(text.utf8)
        return MFAToken(try SecretBytes(copying: bytes.bytes))
    }
}

/// The test's clock, with a boot clock that goes with it.
struct KeyClock: KeyStoreClock {
    let clock: ManualClock

    func read() throws(KeyStoreError) -> ClockReading {
        let now = clock.now
        return ClockReading(
            wall: now, bootID: [UInt8](repeating: 7, count: 16), sinceBoot: now.nanoseconds - 1_700_000_000 * 1_000_000_000)
    }
}
