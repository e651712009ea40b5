import AuditTrail
public import GRDB
import KeyStore
import OpenSSL

/// Asks for a second factor before something is done that cannot be undone, and knows nothing of what that is.
///
/// ```swift
/// let proof = try await gate.prepare(code)
/// try database.write { db in
///     try gate.spend(proof, in: db)      // in the same transaction …
///     try deleteVersion(db)              // … as what it permits
/// }
/// ```
///
/// A code is spent by the transaction that uses it: neither can be committed without the other. Where spending is refused, the attempt
/// has already been counted (``prepare(_:)``), and ``recordFailure(_:)`` puts it on record. ``authorize(_:_:)`` does all of it.
public struct MFAGate: Sendable {
    /// How the key that wraps seeds is found again, and how it shows that there are second factors even when their database is gone.
    public static let keyAlias = "alias/coffer-mfa"

    let environment: AccessEnvironment
    let key: AccessKey
    let keyARN: String

    // MARK: Codes

    /// Looks at a code: unwraps the seed of its device and finds the step that it is of. Nothing is told yet.
    ///
    /// The attempt counts as failed from here on, until it is spent. So an attempt cannot be hidden by ending the process when
    /// it seems to go wrong, and of many attempts at once no more are looked at than a lock leaves. A code for a device that there
    /// is not costs the same work.
    /// - Throws: `keyService` and the like when the code could not be looked at; never because it is wrong.
    public func prepare(_ code: consuming MFACode) async throws(AccessError) -> PendingProof {
        let claim = code.claim
        let digits = code.takeDigits()
        if case .recovery = claim {
            do { return PendingProof(.recoveryCode(digest: try key.digest(ofRecoveryCode: digits))) } catch { throw AccessError(error) }
        }
        let candidate = try admit(claim)
        let reading = try environment.read()
        let seed = try await unwrap(candidate.wrappedSeed, serial: candidate.serial)
        let step: Int64?
        do {
            step = try TOTP.matchingStep(of: digits, seed: seed, at: reading.wall, candidate.parameters)
        } catch { throw AccessError(error) }
        if let refusal = candidate.refusal { return PendingProof(.nothing(refusal, serial: candidate.claimed)) }
        guard let step else { return PendingProof(.nothing(.wrongCode, serial: candidate.serial)) }
        return PendingProof(.step(step, serial: candidate.serial))
    }

    /// Spends a code, within the transaction of what it permits. The event that says so is durable when this returns.
    /// - Throws: `accessDenied` when the code is not accepted, with the same message whatever the reason: then roll back, and call
    ///   ``recordFailure(_:)``.
    public func spend(_ proof: borrowing PendingProof, in db: Database) throws(AccessError) {
        let reading = try environment.read()
        let old = try AccessRecords.load(from: db, key: key)
        var records = old
        try accept(proof, &records, reading)
        try records.save(replacing: old, in: db, key: key)
        var event = Self.event(of: proof)
        event.additional = [("revision", .integer(records.state.revision))]
        try environment.append(event, at: reading.wall)
    }

    /// As ``spend(_:in:)``, in a transaction of its own, where what is permitted is not in this database.
    public func spend(_ proof: borrowing PendingProof) throws(AccessError) {
        try environment.write { db throws(AccessError) in try spend(proof, in: db) }
    }

    /// Puts a refused code on record. Whoever gave the code is answered after this.
    public func recordFailure(_ proof: borrowing PendingProof) async throws(AccessError) {
        var event = Self.event(of: proof)
        event.additional = [("reason", .string((proof.refusal ?? .wrongCode).rawValue))]
        try await environment.appendGrouped(event, at: environment.read().wall, error: .codeRefused)
    }

    /// Does what needs a code, in one transaction with spending it.
    public func authorize<R>(
        _ code: consuming MFACode, _ body: (Database) throws(AccessError) -> R
    ) async throws(AccessError) -> R {
        let proof = try await prepare(code)
        return try await authorize(proof, body)
    }

    func authorize<R>(
        _ proof: borrowing PendingProof, _ body: (Database) throws(AccessError) -> R
    ) async throws(AccessError) -> R {
        do {
            return try environment.write { db throws(AccessError) in
                try spend(proof, in: db)
                return try body(db)
            }
        } catch {
            if proof.refusal != nil { try await recordFailure(proof) }
            throw error
        }
    }

    private static func event(of proof: borrowing PendingProof) -> AccessEvent {
        AccessEvent("VerifyMFACode", [("serialNumber", .string(proof.source))])
    }
}

// MARK: Judging

extension MFAGate {
    /// What a claim is looked at with.
    private struct Candidate {
        let serial: String
        /// As the caller wrote it, for the trail.
        let claimed: String?
        let parameters: TOTPParameters
        let wrappedSeed: [UInt8]
        let refusal: Refusal?
    }

    /// Counts the attempt, and finds the device or what stands in for one.
    private func admit(_ claim: MFACode.Claim) throws(AccessError) -> Candidate {
        let reading = try environment.read()
        return try environment.write { db throws(AccessError) in
            let old = try AccessRecords.load(from: db, key: key)
            var records = old
            let candidate = admit(claim, &records, reading)
            try records.save(replacing: old, in: db, key: key)
            return candidate
        }
    }

    private func admit(_ claim: MFACode.Claim, _ records: inout AccessRecords, _ reading: ClockReading) -> Candidate {
        let claimed: String?
        switch claim {
        case .device(let name): claimed = name.map { DeviceSerial.resolve($0, in: environment.identity) }
        case .recovery, .malformed: claimed = nil
        }
        guard let index = Self.device(of: claim, serial: claimed, in: records.devices) else {
            records.state.strangers &+= 1
            let refusal: Refusal = claim == .malformed ? .malformed : claimed == nil ? .deviceNotNamed : .unknownDevice
            return Candidate(
                serial: Self.decoySerial, claimed: claimed, parameters: .standard, wrappedSeed: records.state.decoySeed, refusal: refusal)
        }
        let isAdmitted = records.devices[index].admitAttempt(at: reading)
        let device = records.devices[index]
        return Candidate(
            serial: device.serial, claimed: device.serial, parameters: device.parameters, wrappedSeed: device.wrappedSeed,
            refusal: isAdmitted ? nil : .locked)
    }

    private static func device(of claim: MFACode.Claim, serial: String?, in devices: [DeviceRecord]) -> Int? {
        guard case .device = claim else { return nil }
        if let serial { return devices.firstIndex { $0.serial == serial } }
        return devices.count == 1 ? 0 : nil
    }

    func accept(_ proof: borrowing PendingProof, _ records: inout AccessRecords, _ reading: ClockReading) throws(AccessError) {
        if let refusal = Self.judge(proof, &records, reading) {
            proof.refuse(refusal)
            throw .codeRefused
        }
    }

    /// Spends what is accepted, and gives nil; else says why it is not.
    private static func judge(_ proof: borrowing PendingProof, _ records: inout AccessRecords, _ reading: ClockReading) -> Refusal? {
        switch proof.evidence {
        case .nothing(let refusal, _):
            return refusal
        case .recoveryCode(let digest):
            var found: Int?
            for (index, code) in records.recoveryCodes.enumerated() {
                if ConstantTime.areEqual(code.digest.bytes, digest.bytes) { found = index }
            }
            guard let found else { return .wrongCode }
            guard records.recoveryCodes[found].usedAt == nil else { return .usedCode }
            records.recoveryCodes[found].usedAt = reading.wall
            return nil
        case .step(let step, let serial):
            guard let index = records.devices.firstIndex(where: { $0.serial == serial }) else { return .unknownDevice }
            let device = records.devices[index]
            guard step > device.lastStep else { return .usedCode }
            guard !device.isClockBehind(at: reading) else { return .clockSetBack }
            // A proof may have been kept for a while.
            let now = TOTP.step(at: reading.wall, device.parameters)
            guard (now - TOTP.window...now + TOTP.window).contains(step) else { return .lateCode }
            records.devices[index].accept(step: step, at: reading)
            return nil
        }
    }
}

extension MFACode {
    consuming func takeDigits() -> SecretBytes { digits }
}
