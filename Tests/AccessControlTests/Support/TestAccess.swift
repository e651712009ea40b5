import AuditTrail
import GRDB
import KeyCatalog
import KeyStore
import KeyTestSupport
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import AccessControl

/// A store with everything around it, for one test.
final class TestAccess: Sendable {
    private let store: TestKeyStore<KeyCatalog>

    init() throws {
        // In the middle of a step of codes.
        store = try TestKeyStore(
            in: TemporaryFolder(in: TemporaryFolder.memory), clock: ManualClock(Timestamp(seconds: ManualClock.start.seconds + 15))
        ) {
            try KeyCatalog(path: $0.file("keys.sqlite").string, access: .createIfMissing)
        }
    }

    var clock: ManualClock { store.clock }
    var trail: AuditTrail { store.trail }
    var keys: LocalKeyService { store.service }
    var identity: StoreIdentity { store.identity }

    static let caller = TestKeyStore<KeyCatalog>.caller

    var path: String { store.folder.file("objects.sqlite").string }

    func database() throws -> DatabaseQueue { try #require(try AccessDatabase.open(path: path, access: .createIfMissing)) }

    /// As another process would open it: a connection of its own.
    func environment(trail: AuditTrail? = nil) throws -> AccessEnvironment {
        AccessEnvironment(
            database: try database(), keys: keys, trail: trail ?? self.trail, clock: clock, caller: Self.caller, identity: identity)
    }

    func gate() async throws -> MFAGate { try await MFAGate.openOrSetUp(environment()) }

    /// The same second factors, over a trail that may be read but not written.
    func gateWithoutWritableTrail() async throws -> MFAGate {
        let gate = try await gate()
        return MFAGate(environment: try environment(trail: store.readOnlyTrail()), key: gate.key, keyARN: gate.keyARN)
    }

    /// Changes the database behind Coffer's back, as somebody with an editor could.
    func edit(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON")
            try db.execute(sql: sql)
        }
        try queue.close()
    }

    /// Events of one name, oldest first.
    func events(_ name: String) throws -> [AuditRecord] { try store.events(name) }
}

// MARK: Devices

/// What a person has in their hand.
final class Phone: Sendable {
    let seed: SecretBytes
    let parameters: TOTPParameters

    /// Scans what the enrolment shows.
    init(_ enrolment: borrowing Enrolment) throws {
        seed = try enrolment.seed.copy()
        parameters = enrolment.parameters
    }

    func code(_ clock: ManualClock, stepsAhead: Int64 = 0) throws -> String {
        let step = TOTP.step(at: clock.now, parameters) + stepsAhead
        return text(try TOTP.code(of: seed, step: step, parameters))
    }
}

extension TestAccess {
    /// Enrols a phone. Takes one step of time.
    func enrol(
        _ name: String = "phone", _ parameters: TOTPParameters = .standard, on gate: MFAGate, code: String? = nil
    ) async throws -> (Phone, recoveryCodes: [String]) {
        var enrolment = try Enrolment(name: name, parameters: parameters, identity: identity)
        let phone = try Phone(enrolment)
        try confirm(&enrolment, phone)
        // A code of another device is of the time before.
        let enrolled =
            if let code {
                try await gate.enrol(enrolment, authorizedBy: mfaCode(code))
            } else {
                try await gate.enrol(enrolment, authorizedBy: nil)
            }
        clock.pass(.seconds(Int64(parameters.period)))
        return (phone, recoveryCodes: Self.lines(enrolled.recoveryCodes))
    }

    private func confirm(_ enrolment: inout Enrolment, _ phone: Phone) throws {
        for code in [try phone.code(clock, stepsAhead: -1), try phone.code(clock)] {
            try enrolment.confirm(secret(code), at: clock.now)
        }
    }

    private static func lines(_ codes: borrowing SecretBytes?) -> [String] {
        switch codes {
        case .some(let codes): text(codes).split(separator: "\n").map(String.init)
        case .none: []
        }
    }
}

func text(_ secret: borrowing SecretBytes) -> String { secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }

func mfaCode(_ text: String) throws -> MFACode { try MFACode(secret(text)) }

/// The refusal that `body` ends with; a body that succeeds fails the test.
func refusal(
    sourceLocation: SourceLocation = #_sourceLocation, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void
) async throws -> AccessError {
    do {
        try await body()
    } catch let error as AccessError {
        return error
    }
    Issue.record("nothing was refused", sourceLocation: sourceLocation)
    return AccessError(.unavailable, "nothing was refused")
}
