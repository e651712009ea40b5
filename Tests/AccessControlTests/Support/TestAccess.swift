import AuditTrail
import Foundation
import GRDB
import KeyCatalog
import KeyStore
import OpenSSL
import Testing

@testable import AccessControl

/// A store with everything around it, for one test.
final class TestAccess: Sendable {
    let folder: URL
    let clock = ManualClock()
    let trail: AuditTrail
    let keys: LocalKeyService
    let identity: StoreIdentity
    private let keyFile: AgeIdentity

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-access-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        trail = try AuditTrail(path: folder.appendingPathComponent("audit.log").path)
        keyFile = try AgeIdentity.generate()
        identity = try StoreIdentity()
        keys = try LocalKeyService.initialize(
            KeyStoreEnvironment(
                records: KeyCatalog(path: folder.appendingPathComponent("keys.sqlite").path, access: .createIfMissing), trail: trail,
                clock: clock, caller: Self.caller),
            identity: identity, seal: .keyFile(path: "/keys/unseal", identity: keyFile.copy()), label: "unattended")
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch { print("cannot remove \(folder.path): \(error)") }
    }

    static let caller = CallerIdentity(userName: "tester", userAgent: "coffer-tests/1")

    var path: String { folder.appendingPathComponent("objects.sqlite").path }

    func database() throws -> DatabaseQueue { try #require(try AccessDatabase.open(path: path, access: .createIfMissing)) }

    /// As another process would open it: a connection of its own.
    func environment(trail: AuditTrail? = nil) throws -> AccessEnvironment {
        AccessEnvironment(
            database: try database(), keys: keys, trail: trail ?? self.trail, clock: clock, caller: Self.caller, identity: identity)
    }

    func gate() async throws -> MFAGate { try await MFAGate.openOrSetUp(environment()) }

    /// The same second factors, over a trail that may be read but not written.
    func gateWithoutWritableTrail() async throws -> MFAGate {
        let readable = try AuditTrail(path: folder.appendingPathComponent("audit.log").path, access: .readOnly)
        let gate = try await gate()
        return MFAGate(environment: try environment(trail: readable), key: gate.key, keyARN: gate.keyARN)
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
    func events(_ name: String) throws -> [AuditRecord] {
        var events: [AuditRecord] = []
        try trail.forEachNewestFirst {
            if $0.eventName == name { events.append($0) }
            return true
        }
        return events.reversed()
    }
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
        clock.pass(seconds: Int64(parameters.period))
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

func secret(_ text: String) throws -> SecretBytes {
    let bytes = Array(text.utf8)
    return try SecretBytes(copying: bytes.bytes)
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

/// SplitMix64: the same seed gives the same test.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
