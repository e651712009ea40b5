import AuditTrail
import Envelope
import Foundation
import GRDB
import KeyCatalog
import KeyStore
import KeyTestSupport
import OpenSSL
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import AccessControl
@testable import ObjectStore

/// An embedded object store with everything around it, in a folder that goes with it.
final class LocalStore: Sendable {
    private let store: TestKeyStore<KeyCatalog>
    private let phone = Mutex<Phone?>(nil)

    init(in parent: FilePath? = nil) throws {
        store = try TestKeyStore(in: TemporaryFolder(in: parent)) {
            try KeyCatalog(path: $0.file("keys.sqlite").string, access: .createIfMissing)
        }
    }

    var folder: URL { store.folder.url }
    var clock: ManualClock { store.clock }
    var trail: AuditTrail { store.trail }
    var keys: LocalKeyService { store.service }
    var identity: StoreIdentity { store.identity }

    static let caller = TestKeyStore<KeyCatalog>.caller

    /// The same trail, which may be read but not written.
    func readOnlyTrail() throws -> AuditTrail { try store.readOnlyTrail() }

    var databasePath: String { folder.appendingPathComponent("objects.sqlite").path }

    /// As another process would open it: with connections of its own.
    func open(
        _ access: LocalObjectService.Access = .createIfMissing, calls: any FileCalls = SystemFileCalls()
    ) async throws -> LocalObjectService {
        try await LocalObjectService.open(environment(calls), access)
    }

    func environment(_ calls: any FileCalls = SystemFileCalls()) -> ObjectStoreEnvironment {
        ObjectStoreEnvironment(
            folder: FilePath(folder.path), keys: keys, trail: trail, clock: clock, caller: Self.caller, identity: identity,
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
    func events(_ name: String) throws -> [AuditRecord] { try store.events(name) }

    // MARK: Second factors

    /// What a person has in their hand.
    final class Phone: Sendable {
        let seed: SecretBytes
        init(_ seed: consuming SecretBytes) { self.seed = seed }
    }

    /// Enrols a phone. Takes a step of time.
    func enrol(on service: LocalObjectService) async throws {
        let environment = AccessEnvironment(
            database: service.database, keys: keys, trail: trail, clock: clock, caller: Self.caller, identity: identity)
        let gate = try await MFAGate.openOrSetUp(environment)
        var enrolment = try Enrolment(name: "phone", parameters: .standard, identity: identity)
        let phone = Phone(try enrolment.seed.copy())
        for ahead in [Int64(-1), 0] {
            let step = TOTP.step(at: clock.now, .standard) + ahead
            try enrolment.confirm(TOTP.code(of: phone.seed, step: step, .standard), at: clock.now)
        }
        _ = try await gate.enrol(enrolment, authorizedBy: nil)
        self.phone.withLock { $0 = phone }
        clock.pass(.seconds(30))
    }

    /// A code that was not used. Takes a step of time.
    func code() throws -> String {
        clock.pass(.seconds(30))
        let phone = try #require(phone.withLock { $0 })
        let code = try TOTP.code(of: phone.seed, step: TOTP.step(at: clock.now, .standard), .standard)
        return code.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    func token() throws -> MFAToken { try Self.token("phone \(code())") }

    static func token(_ text: String) throws -> MFAToken { MFAToken(try secret(text)) }
}
