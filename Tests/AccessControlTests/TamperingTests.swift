import Foundation
import GRDB
import KeyStore
import KeyTestSupport
import OpenSSL
import Testing

@testable import AccessControl

/// The database as somebody else left it.
@Suite("Tampering with second factors")
struct TamperingTests {
    let access: TestAccess

    init() throws { access = try TestAccess() }

    @Test(
        "an edited, added or removed row is refused",
        arguments: [
            "UPDATE mfa_device SET last_step = 0", "UPDATE mfa_device SET failures = 0", "UPDATE mfa_device SET locked_for = 7",
            "UPDATE mfa_device SET digits = 8", "UPDATE mfa_device SET certain_at = 0", "UPDATE mfa_device SET serial = 'x'",
            "UPDATE mfa_device SET wrapped_seed = x'00'", "UPDATE mfa_device SET mac = zeroblob(32)",
            "UPDATE mfa_device SET mac = x''", "UPDATE mfa_device SET boot_id = x''", "UPDATE mfa_device SET digits = 99",
            "DELETE FROM mfa_device", "DELETE FROM mfa_recovery_code WHERE number = 3", "DELETE FROM mfa_recovery_code",
            "UPDATE mfa_recovery_code SET used_at = NULL WHERE number = 1", "UPDATE mfa_recovery_code SET digest = zeroblob(32)",
            "UPDATE mfa_recovery_code SET number = number + 100", "DELETE FROM mfa_session",
            "UPDATE mfa_session SET remaining = 1000", "UPDATE mfa_session SET expires_at = 9000000000000000000",
            "UPDATE access_state SET protects_keys = 0", "UPDATE access_state SET revision = 1", "DELETE FROM access_state",
            "UPDATE access_state SET key_arn = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000'",
            "UPDATE access_state SET wrapped_key = decoy_seed",
            "INSERT INTO mfa_device SELECT 'y', created_at, algorithm, digits, period, "
                + "wrapped_seed, last_step, certain_at, boot_id, since_boot, failures, locked_for, mac FROM mfa_device",
        ])
    func edited(_ sql: String) async throws {
        let gate = try await access.gate()
        let (phone, codes) = try await access.enrol(on: gate)
        _ = try await gate.verify(mfaCode(codes[0]))
        _ = try await gate.beginSession(scope: "a/", uses: 3, minutes: 5, authorizedBy: mfaCode(phone.code(access.clock)))
        _ = try await refusal { _ = try await gate.verify(mfaCode("000000")) }
        access.clock.pass(.seconds(30))
        try access.edit(sql)
        let code = try phone.code(access.clock)
        let error = try await refusal { _ = try await gate.verify(mfaCode(code)) }
        #expect(error.code == .damaged, "\(error)")
        let opening = try await refusal { _ = try await access.gate() }
        #expect([.damaged, .keyService].contains(opening.code), "\(opening)")
    }

    @Test("an older copy of a row is refused, although it is authentic by itself")
    func putBack() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        try access.edit("CREATE TABLE saved AS SELECT * FROM mfa_device")
        _ = try await gate.verify(mfaCode(phone.code(access.clock)))
        try access.edit("UPDATE mfa_device SET last_step = (SELECT last_step FROM saved), mac = (SELECT mac FROM saved)")
        #expect(try await refusal { _ = try await gate.devices() }.code == .damaged)
        try access.edit("DELETE FROM mfa_device; INSERT INTO mfa_device SELECT * FROM saved")
        #expect(try await refusal { _ = try await gate.devices() }.code == .damaged)
    }

    @Test("a value of another kind is damage, not a crash")
    func otherKind() async throws {
        let gate = try await access.gate()
        _ = try await access.enrol(on: gate)
        try access.edit(
            """
            UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'mfa_device';
            PRAGMA schema_version = 1000;
            """)
        for value in ["'text'", "1.5", "NULL", "x'00'"] {
            try? access.edit("UPDATE mfa_device SET last_step = \(value)")
            #expect(try await refusal { _ = try await access.gate() }.code == .damaged, "\(value)")
        }
    }

    @Test("a database that is gone is noticed, and one that never was is not missed")
    func gone() async throws {
        #expect(try await MFAGate.open(access.environment()) == nil)
        try await MFAGate.requireNoneEver(access.keys)
        _ = try await access.enrol(on: access.gate())
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: access.path + suffix) {
            try FileManager.default.removeItem(atPath: access.path + suffix)
        }
        #expect(try await refusal { _ = try await access.gate() }.code == .damaged)
        #expect(try await refusal { try await MFAGate.requireNoneEver(access.keys) }.code == .damaged)
    }

    @Test(
        "a newer format is refused by name",
        arguments: ["UPDATE access_state SET format = 2", "INSERT INTO grdb_migrations VALUES ('access control 2')"])
    func newer(edit: String) async throws {
        _ = try await access.enrol(on: access.gate())
        try access.edit(edit)
        #expect(try await refusal { _ = try await access.gate() }.code == .newerFormat)
    }

    @Test("a newer step of another module's tables is none of ours")
    func newerNeighbour() async throws {
        _ = try await access.enrol(on: access.gate())
        try access.edit("INSERT INTO grdb_migrations VALUES ('object store 2')")
        #expect(try await access.gate().devices().count == 1)
    }
}

@Suite("Database of second factors")
struct AccessDatabaseTests {
    let access: TestAccess

    init() throws { access = try TestAccess() }

    @Test("it is its owner's alone, and every commit of it is on the disk")
    func file() throws {
        #expect(try AccessDatabase.open(path: access.path, access: .existing) == nil)
        let database = try access.database()
        let attributes = try FileManager.default.attributesOfItem(atPath: access.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let (mode, synchronous, strictTables) = try database.read { db in
            (
                try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                try Int.fetchOne(db, sql: "SELECT count(*) FROM pragma_table_list WHERE strict AND name NOT LIKE 'sqlite%'")
            )
        }
        #expect(mode == "wal")
        #expect(synchronous == 2)
        #expect(strictTables == 4)
    }

    @Test("a database of somebody else is refused, and so is one with a trigger in it")
    func foreign() async throws {
        let other = try DatabaseQueue(path: access.path)
        try await other.write { db in try db.execute(sql: "CREATE TABLE t (x)") }
        try other.close()
        #expect(try await refusal { _ = try access.database() }.code == .damaged)
        try FileManager.default.removeItem(atPath: access.path)
        _ = try access.database()
        try access.edit("CREATE TRIGGER t AFTER UPDATE ON mfa_device BEGIN SELECT 1; END")
        #expect(try await refusal { _ = try access.database() }.code == .damaged)
    }

    @Test("it is opened by many at once", arguments: 1...3)
    func opening(_ round: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { [access] in _ = try await access.gate() }
            }
            try await group.waitForAll()
        }
        #expect(try await access.gate().devices().isEmpty)
    }
}
