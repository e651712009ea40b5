import KeyStore
import KeyTestSupport
import OpenSSL
import TestSupport
import Testing

@testable import AccessControl

@Suite("Devices and recovery codes")
struct DeviceTests {
    let access: TestAccess

    init() throws { access = try TestAccess() }

    @Test("enrolment needs two codes in a row")
    func twoCodes() async throws {
        let gate = try await access.gate()
        var enrolment = try Enrolment(name: "phone", parameters: .standard, identity: access.identity)
        let phone = try Phone(enrolment)
        let now = access.clock.now
        func failure(_ code: String, _ enrolment: inout Enrolment) throws -> String? {
            do {
                try enrolment.confirm(secret(code), at: now)
                return nil
            } catch let error as AccessError {
                #expect(error.code == .invalidCode)
                return error.message
            }
        }
        #expect(try failure(phone.code(access.clock, stepsAhead: 5), &enrolment)?.contains("clock") == true)
        #expect(try failure("nonsense", &enrolment) != nil)
        #expect(try failure(phone.code(access.clock, stepsAhead: -1), &enrolment) == nil)
        #expect(try failure(phone.code(access.clock, stepsAhead: -1), &enrolment)?.contains("same code") == true)
        #expect(try failure(phone.code(access.clock, stepsAhead: 1), &enrolment)?.contains("after the first") == true)
        var isConfirmed = enrolment.isConfirmed
        #expect(!isConfirmed)
        #expect(try failure(phone.code(access.clock), &enrolment) == nil)
        isConfirmed = enrolment.isConfirmed
        #expect(isConfirmed)
        _ = try await gate.enrol(enrolment, authorizedBy: nil)
        #expect(try await gate.devices().map(\.name) == ["phone"])
    }

    @Test("a device that was not confirmed is not enrolled")
    func unconfirmed() async throws {
        let gate = try await access.gate()
        let error = try await refusal {
            let enrolment = try Enrolment(name: "phone", parameters: .standard, identity: access.identity)
            _ = try await gate.enrol(enrolment, authorizedBy: nil)
        }
        #expect(error.code == .invalidCode)
        #expect(try await gate.devices().isEmpty)
    }

    @Test(
        "names that IAM would not take are refused", arguments: ["", "a b", "a/b", "ä", String(repeating: "x", count: 65), "a\n", "a\u{0}"])
    func names(_ name: String) async throws {
        let error = try await refusal { _ = try Enrolment(name: name, parameters: .standard, identity: access.identity) }
        #expect(error.code == .validation)
    }

    @Test("a second device needs a code of the first; there is one of each name")
    func secondDevice() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol("phone", on: gate)
        #expect(try await refusal { _ = try await access.enrol("tablet", on: gate) } == .codeNeeded)
        #expect(try await refusal { _ = try await access.enrol("tablet", on: gate, code: "000000") }.code == .accessDenied)
        #expect(try await refusal { _ = try await access.enrol("phone", on: gate, code: phone.code(access.clock)) }.code == .alreadyExists)
        #expect(try await gate.devices().map(\.name) == ["phone"])
    }

    @Test("removing a device needs a code, and the last one takes the recovery codes with it")
    func remove() async throws {
        let gate = try await access.gate()
        let (phone, codes) = try await access.enrol(on: gate)
        #expect(try await refusal { try await gate.removeDevice("phone", authorizedBy: mfaCode("000000")) }.code == .accessDenied)
        #expect(try await refusal { try await gate.removeDevice("tablet", authorizedBy: mfaCode(codes[1])) }.code == .notFound)
        #expect(try gate.remainingRecoveryCodeCount() == 10, "what was not done has not spent a code")
        try await gate.removeDevice("phone", authorizedBy: mfaCode(phone.code(access.clock)))
        #expect(try await gate.devices().isEmpty)
        #expect(try gate.remainingRecoveryCodeCount() == 0)
        #expect(try await refusal { _ = try await gate.verify(mfaCode(codes[0])) } == .codeRefused)
        // And from the beginning.
        let (_, newCodes) = try await access.enrol(on: gate)
        #expect(newCodes.count == 10)
    }

    @Test("a store has at most eight devices")
    func limit() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol("phone", on: gate)
        for number in 2...8 {
            access.clock.pass(.seconds(30))
            _ = try await access.enrol("device-\(number)", on: gate, code: "phone " + phone.code(access.clock))
        }
        access.clock.pass(.seconds(30))
        let error = try await refusal { _ = try await access.enrol("ninth", on: gate, code: "phone " + phone.code(access.clock)) }
        #expect(error.code == .limitExceeded)
    }

    @Test("ten recovery codes of 80 bits work once each, also while the device is locked and the clock is wrong")
    func recoveryCodes() async throws {
        let gate = try await access.gate()
        let (_, codes) = try await access.enrol(on: gate)
        #expect(codes.count == 10 && Set(codes).count == 10)
        let symbols = "[0-9A-HJKMNP-TV-Z]{4}"
        for code in codes { #expect(try code.wholeMatch(of: Regex("\(symbols)-\(symbols)-\(symbols)-\(symbols)")) != nil, "\(code)") }
        for _ in 0..<10 { _ = try await refusal { _ = try await gate.verify(mfaCode("000000")) } }
        access.clock.setWall(by: .seconds(-100_000))
        for code in codes {
            #expect(try await gate.verify(mfaCode(code.lowercased())) == "recovery code")
            #expect(try await refusal { _ = try await gate.verify(mfaCode(code)) } == .codeRefused)
        }
        #expect(try gate.remainingRecoveryCodeCount() == 0)
    }

    @Test("new recovery codes end the old ones")
    func regenerate() async throws {
        let gate = try await access.gate()
        let (phone, old) = try await access.enrol(on: gate)
        let new = text(try await gate.regenerateRecoveryCodes(authorizedBy: mfaCode(phone.code(access.clock)))).split(separator: "\n")
        #expect(new.count == 10 && Set(new.map(String.init)).isDisjoint(with: old))
        #expect(try await refusal { _ = try await gate.verify(mfaCode(old[0])) } == .codeRefused)
        _ = try await gate.verify(mfaCode(String(new[9])))
    }

    @Test("keys are protected from the first device on, and only a code ends that")
    func protection() async throws {
        let gate = try await access.gate()
        #expect(try !gate.protectsKeys())
        let (phone, _) = try await access.enrol(on: gate)
        #expect(try gate.protectsKeys())
        #expect(try await refusal { try await gate.setProtectsKeys(false, authorizedBy: nil) } == .codeNeeded)
        try await gate.setProtectsKeys(false, authorizedBy: mfaCode(phone.code(access.clock)))
        #expect(try !gate.protectsKeys())
        try await gate.setProtectsKeys(true, authorizedBy: nil)
        #expect(try gate.protectsKeys())
    }
}

@Suite("MFA sessions")
struct SessionTests {
    let access: TestAccess

    init() throws { access = try TestAccess() }

    private func spend(_ gate: MFAGate, _ uses: Int, of scope: String = "backups/2026/a") async throws -> Bool {
        do {
            try gate.environment.write { db throws(AccessError) in
                try gate.spendSession(uses: uses, in: db) { scope.hasPrefix($0) }
            }
            return true
        } catch {
            #expect(error == .codeNeeded)
            return false
        }
    }

    @Test("a session is counted, scoped and short")
    func session() async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        let session = try await gate.beginSession(
            scope: "backups/2026/", uses: 5, minutes: 10, authorizedBy: mfaCode(phone.code(access.clock)))
        #expect(try gate.sessions() == [session])
        #expect(try await !spend(gate, 1, of: "backups/2025/a"))
        #expect(try await spend(gate, 3))
        #expect(try await !spend(gate, 3), "two are left")
        let other = try await access.gate()
        #expect(try await spend(other, 1), "it survives a restart")
        access.clock.pass(.seconds(600))
        #expect(try await !spend(gate, 1))
        #expect(try gate.sessions().isEmpty)
    }

    @Test("neither another wall clock nor a reboot makes a session longer", arguments: ["back", "ahead", "reboot"])
    func clocks(_ change: String) async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        _ = try await gate.beginSession(scope: "backups/", uses: 5, minutes: 15, authorizedBy: mfaCode(phone.code(access.clock)))
        switch change {
        case "back":
            access.clock.pass(.seconds(901))
            access.clock.setWall(by: .seconds(-600))
        case "ahead": access.clock.setWall(by: .seconds(900))
        default: access.clock.reboot(off: .seconds(10), up: .seconds(10))
        }
        #expect(try await !spend(gate, 1))
    }

    @Test("a session ends early without a code, and with its device")
    func end() async throws {
        let gate = try await access.gate()
        let (phone, codes) = try await access.enrol("phone", on: gate)
        let (_, _) = try await access.enrol("tablet", on: gate, code: phone.code(access.clock))
        let first = try await gate.beginSession(
            scope: "a/", uses: 1, minutes: 1, authorizedBy: mfaCode("phone " + phone.code(access.clock)))
        try gate.endSession(id: first.id)
        #expect(try await refusal { try gate.endSession(id: first.id) }.code == .notFound)
        access.clock.pass(.seconds(30))
        _ = try await gate.beginSession(scope: "a/", uses: 1, minutes: 1, authorizedBy: mfaCode("phone " + phone.code(access.clock)))
        try await gate.removeDevice("phone", authorizedBy: mfaCode(codes[0]))
        #expect(try gate.sessions().isEmpty)
    }

    @Test(
        "what a session cannot be is refused before a code is spent",
        arguments: [("", 1, 1), ("a\u{0}", 1, 1), ("a", 0, 1), ("a", 1001, 1), ("a", 1, 0), ("a", 1, 16)])
    func bounds(_ scope: String, _ uses: Int, _ minutes: Int) async throws {
        let gate = try await access.gate()
        let (phone, _) = try await access.enrol(on: gate)
        let error = try await refusal {
            _ = try await gate.beginSession(scope: scope, uses: uses, minutes: minutes, authorizedBy: mfaCode(phone.code(access.clock)))
        }
        #expect(error.code == .validation)
        _ = try await gate.verify(mfaCode(phone.code(access.clock)))
    }
}
