import AuditTrail
import Foundation
import GRDB
import KeyStore
import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import AccessControl

@Suite("MFA gate")
struct MFAGateTests {
    let access: TestAccess

    init() throws { access = try TestAccess() }

    @Test("a right code is accepted once", arguments: TOTPAlgorithm.allCases)
    func once(_ algorithm: TOTPAlgorithm) async throws {
        let gate = try await access.gate()
        let parameters = try TOTPParameters(algorithm: algorithm, digits: 8)
        let (phone, _) = try await access.enrol("phone", parameters, on: gate)
        let code = try phone.code(access.clock)
        #expect(try await gate.verify(mfaCode(code)) == "arn:aws:iam::000000000000:mfa/phone")
        #expect(try await refusal { _ = try await gate.verify(mfaCode(code)) } == .codeRefused)
        // The hole of another store: accepted again one step later.
        access.clock.pass(.seconds(30))
        #expect(try await refusal { _ = try await gate.verify(mfaCode(code)) } == .codeRefused)
        #expect(try await !gate.verify(mfaCode(phone.code(access.clock))).isEmpty)
    }

    @Test("the codes of enrolment are spent")
    func enrolmentSpends() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        #expect(try await refusal { _ = try await gate.verify(mfaCode(phone.code(access.clock, stepsAhead: -1))) } == .codeRefused)
    }

    @Test("a code of the next step spends the one of this step, too")
    func ahead() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        _ = try await gate.verify(mfaCode("phone " + phone.code(access.clock, stepsAhead: 1)))
        #expect(try await refusal { _ = try await gate.verify(mfaCode(phone.code(access.clock))) } == .codeRefused)
    }

    @Test("an unknown device, a wrong code, a used one, a late one and nonsense get the same answer")
    func noOracle() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        let right = try phone.code(access.clock)
        _ = try await gate.verify(mfaCode(right))
        let wrong = right == "000000" ? "000001" : "000000"
        var answers: Set<String> = []
        for code in [wrong, right, "phone \(wrong)", "tablet \(right)", "arn:x \(right)", "nonsense", "AAAA-BBBB-CCCC-DDDD", ""] {
            let error = try await refusal { _ = try await gate.verify(mfaCode(code)) }
            answers.insert("\(error)")
        }
        #expect(answers.count == 1, "\(answers)")
        // The owner can see the reasons.
        let reasons = try access.events("VerifyMFACode").compactMap(\.reason)
        #expect(
            reasons == [
                "wrongCode", "usedCode", "wrongCode", "unknownDevice", "unknownDevice", "malformed", "wrongCode", "malformed",
            ])
    }

    @Test("a code for a device that there is not costs the same uses of the key, and the same writes")
    func sameWork() async throws {
        let gate = try await access.gate()
        _ = try await access.enrol(on: gate)
        func work(_ code: String) async throws -> (decryptions: Int, revisions: Int64) {
            let before = (try access.events("Decrypt").count, try gate.records().state.revision)
            _ = try await refusal { _ = try await gate.verify(mfaCode(code)) }
            return (try access.events("Decrypt").count - before.0, try gate.records().state.revision - before.1)
        }
        for code in ["phone 000000", "tablet 000000", "nonsense"] {
            let work = try await work(code)
            #expect(work == (decryptions: 1, revisions: 1), "\(code)")
        }
    }

    @Test("with several devices a code has to name its device")
    func several() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol("phone", on: gate)
        let (tablet, none) = try await access.enrol("tablet", on: gate, code: phone.code(access.clock))
        #expect(none.isEmpty, "recovery codes are made once")
        #expect(try await refusal { _ = try await gate.verify(mfaCode(phone.code(access.clock))) } == .codeRefused)
        #expect(try await gate.verify(mfaCode("tablet " + tablet.code(access.clock))).hasSuffix("mfa/tablet"))
        #expect(try await gate.verify(mfaCode("phone " + phone.code(access.clock))).hasSuffix("mfa/phone"))
        #expect(try await gate.devices().map(\.name) == ["phone", "tablet"])
    }

    // MARK: Transactions

    @Test("a code and what it permits are committed together or not at all")
    func oneTransaction() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        let code = try phone.code(access.clock)
        let interruption = AccessError(.unavailable, "the disk is full")
        let error = try await refusal {
            try await gate.authorize(mfaCode(code)) { db throws(AccessError) in
                do { try db.execute(sql: "CREATE TABLE done (id INTEGER)") } catch { throw AccessError(error, doing: "write") }
                throw interruption
            }
        }
        #expect(error == interruption)
        #expect(try await access.database().read { db in try !db.tableExists("done") })
        // Not spent.
        _ = try await gate.verify(mfaCode(code))
    }

    @Test("a crash between looking at a code and spending it leaves the code, and counts the attempt")
    func crashBeforeSpending() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        _ = try await gate.prepare(mfaCode(phone.code(access.clock)))
        let reopened = try await access.gate()
        #expect(try await reopened.devices().map(\.failureCount) == [1])
        _ = try await reopened.verify(mfaCode(phone.code(access.clock)))
        #expect(try await reopened.devices().map(\.failureCount) == [0])
    }

    @Test("a proof that was kept too long is refused")
    func lateProof() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        let proof = try await gate.prepare(mfaCode(phone.code(access.clock)))
        access.clock.pass(.seconds(61))
        #expect(try await refusal { try await gate.authorize(proof) { _ throws(AccessError) in } } == .codeRefused)
        #expect(try access.events("VerifyMFACode").compactMap(\.reason) == ["lateCode"])
    }

    @Test("a proof is good for one transaction")
    func oneProof() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        let proof = try await gate.prepare(mfaCode(phone.code(access.clock)))
        try await gate.authorize(proof) { _ throws(AccessError) in }
        #expect(try await refusal { try await gate.authorize(proof) { _ throws(AccessError) in } } == .codeRefused)
    }

    @Test("of 16 who use one code at once, over connections of their own, one is let in", arguments: 1...3)
    func race(_ round: Int) async throws {
        let first = try await access.gate()
        let (phone, recoveryCodes) = try await access.enrol(on: first)
        var gates: [MFAGate] = []
        for _ in 0..<4 { gates.append(try await access.gate()) }
        for code in [try phone.code(access.clock), recoveryCodes[0]] {
            let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<16 {
                    group.addTask { [gate = gates[number % 4]] in try await Self.isAccepted(code, by: gate) ? 1 : 0 }
                }
                return try await group.reduce(0, +)
            }
            #expect(accepted == 1)
        }
    }

    private static func isAccepted(_ code: String, by gate: MFAGate) async throws -> Bool {
        do {
            _ = try await gate.verify(mfaCode(code))
            return true
        } catch let error as AccessError where error.code == .accessDenied {
            return false
        }
    }

    @Test("what cannot be recorded is not done")
    func noTrail() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        let mute = try await access.gateWithoutWritableTrail()
        let proof = try await gate.prepare(mfaCode(phone.code(access.clock)))
        let error = try await refusal {
            try await mute.authorize(proof) { db throws(AccessError) in
                do { try db.execute(sql: "CREATE TABLE done (id INTEGER)") } catch { throw AccessError(error, doing: "write") }
            }
        }
        #expect(error.code == .auditUnavailable)
        #expect(try await access.database().read { db in try !db.tableExists("done") })
        // And the code is not lost.
        try await gate.authorize(proof) { _ throws(AccessError) in }
    }

    @Test("no code is ever accepted twice while the clock walks about", arguments: [11, 12] as [UInt64])
    func clockWalk(_ seed: UInt64) async throws {
        let gate = try await access.gate()
        let parameters = try TOTPParameters(digits: 8)
        let (phone, _) = try await access.enrol("phone", parameters, on: gate)
        var random = SeededGenerator(seed: seed)
        var accepted: Set<String> = []
        for _ in 0..<60 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: access.clock.setWall(by: .seconds(Int64.random(in: -90...90, using: &random)))
            case 1: access.clock.reboot(off: .seconds(0), up: .seconds(Int64.random(in: 0...60, using: &random)))
            default: access.clock.pass(.seconds(Int64.random(in: 0...45, using: &random)))
            }
            let code = try phone.code(access.clock, stepsAhead: Int64.random(in: -1...1, using: &random))
            if try await Self.isAccepted(code, by: gate) { #expect(accepted.insert(code).inserted, "\(code) twice") }
        }
        #expect(accepted.count > 3, "\(accepted.count)")
    }
}

@Suite("MFA gate: locks and clocks")
struct MFAGateTimeTests {
    let access: TestAccess

    init() throws { access = try TestAccess() }

    private func guessWrong(_ times: Int, _ gate: MFAGate, _ phone: Phone) async throws {
        let right = try (-1...1).map { try phone.code(access.clock, stepsAhead: $0) }
        let wrong = try #require(["000000", "111111", "222222", "333333"].first { !right.contains($0) })
        for _ in 0..<times { _ = try await refusal { _ = try await gate.verify(mfaCode(wrong)) } }
    }

    @Test("ten wrong codes lock a device, also for the right one, through restarts and clock changes, and no other device")
    func lock() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol("phone", on: gate)
        let (tablet, _) = try await access.enrol("tablet", on: gate, code: phone.code(access.clock))
        let right = try (-1...1).map { try phone.code(access.clock, stepsAhead: $0) }
        let wrong = try #require(["000000", "111111", "222222", "333333"].first { !right.contains($0) })
        for _ in 0..<10 { _ = try await refusal { _ = try await gate.verify(mfaCode("phone " + wrong)) } }
        #expect(try await gate.devices().map(\.lockedForSeconds) == [900, 0])

        func isLocked() async throws -> Bool {
            // Another gate is what another process has.
            let code = try "phone " + phone.code(access.clock)
            do {
                _ = try await access.gate().verify(mfaCode(code))
                return false
            } catch let error as AccessError { return error.code == .accessDenied }
        }
        #expect(try await isLocked())
        access.clock.setWall(by: .seconds(86_400))
        #expect(try await isLocked(), "the wall clock does not end a lock")
        access.clock.setWall(by: .seconds(-86_400))
        access.clock.pass(.seconds(600))
        #expect(try await isLocked())
        access.clock.reboot(off: .seconds(3600), up: .seconds(100))
        #expect(try await isLocked(), "time in which the machine was off does not count")
        _ = try await gate.verify(mfaCode("tablet " + tablet.code(access.clock)))
        access.clock.pass(.seconds(201))
        #expect(try await !isLocked())
        #expect(try await gate.devices().map(\.failureCount) == [0, 0])
        #expect(try access.events("VerifyMFACode").compactMap(\.reason).suffix(4) == ["locked", "locked", "locked", "locked"])
    }

    @Test("attempts while a device is locked do not make the lock longer; ten more after it do")
    func growing() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        try await guessWrong(15, gate, phone)
        #expect(try await gate.devices().map(\.lockedForSeconds) == [900])
        #expect(try await gate.devices().map(\.failureCount) == [10])
        access.clock.pass(.seconds(900))
        try await guessWrong(10, gate, phone)
        #expect(try await gate.devices().map(\.lockedForSeconds) == [1800])
    }

    @Test("of many guesses at once no more than ten are looked at")
    func parallelGuesses() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        try await guessWrong(3, gate, phone)
        // All are prepared before any is spent.
        var admitted = 0
        for _ in 0..<12 {
            let proof = try await gate.prepare(mfaCode("000000"))
            if case .nothing(.locked, _) = proof.evidence { continue }
            admitted += 1
        }
        #expect(admitted == 7)
    }

    @Test("a wall clock that was set back is refused until it has caught up")
    func setBack() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        _ = try await gate.verify(mfaCode(phone.code(access.clock)))
        access.clock.pass(.seconds(6000))
        // A code that was seen then and not used.
        access.clock.setWall(by: .seconds(-3000))
        #expect(try await gate.devices().map(\.isClockBehind) == [true])
        #expect(try await refusal { _ = try await gate.verify(mfaCode(phone.code(access.clock))) } == .codeRefused)
        #expect(try access.events("VerifyMFACode").compactMap(\.reason) == ["clockSetBack"])
        access.clock.setWall(by: .seconds(3000))
        _ = try await gate.verify(mfaCode(phone.code(access.clock)))
    }

    @Test("a wall clock that was far ahead by mistake does no lasting harm")
    func farAhead() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        access.clock.setWall(by: .seconds(20 * 365 * 86_400))
        try await guessWrong(10, gate, phone)
        access.clock.setWall(by: .seconds(-20 * 365 * 86_400))
        access.clock.pass(.seconds(900))
        _ = try await gate.verify(mfaCode(phone.code(access.clock)))
    }
}

extension AuditRecord {
    /// Why a code was refused.
    var reason: String? {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else { return nil }
        return (object["additionalEventData"] as? [String: Any])?["reason"] as? String
    }
}
