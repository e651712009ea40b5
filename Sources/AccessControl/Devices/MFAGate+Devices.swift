import AuditTrail
public import GRDB
import KeyStore
public import OpenSSL

extension MFAGate {
    /// The devices, by serial.
    public func devices() async throws(AccessError) -> [MFADevice] {
        let reading = try environment.read()
        let devices = try records().devices.map { MFADevice($0, at: reading) }
        try await environment.appendGrouped(AccessEvent("ListMFADevices", source: .iam, readOnly: true), at: reading.wall)
        return devices
    }

    /// The names of the devices, by serial: what a prompt asks for.
    public func deviceNames() throws(AccessError) -> [String] { try records().devices.map { DeviceSerial.name(of: $0.serial) } }

    /// Refuses early what ``enrol(_:authorizedBy:)`` would refuse at its end.
    /// - Throws: `alreadyExists`, `limitExceeded`, `validation`.
    public func requireRoom(forDevice name: String) throws(AccessError) {
        try records().requireRoom(for: DeviceSerial.make(name: name, in: environment.identity))
    }

    /// How many recovery codes can still be used.
    public func remainingRecoveryCodeCount() throws(AccessError) -> Int { try records().recoveryCodes.count { $0.usedAt == nil } }

    /// Whether there is a device, so that codes can be asked for. For use within a transaction of the caller's.
    public func hasDevices(in db: Database) throws(AccessError) -> Bool { try !AccessRecords.load(from: db, key: key).devices.isEmpty }

    /// Removes a device. With the last one go the recovery codes and all sessions.
    ///
    /// - Parameters:
    ///   - reference: the device's name or serial.
    ///   - code: of any device, or a recovery code.
    /// - Throws: `accessDenied`, also where there is no such device and the code is not accepted; `notFound`.
    public func removeDevice(_ reference: String, authorizedBy code: consuming MFACode) async throws(AccessError) {
        let serial = DeviceSerial.resolve(reference, in: environment.identity)
        let reading = try environment.read()
        let event = AccessEvent("DeactivateMFADevice", source: .iam, [("serialNumber", .string(serial))])
        try await authorize(code) { db throws(AccessError) in
            try change(event, in: db, reading) { records throws(AccessError) in
                guard let index = records.devices.firstIndex(where: { $0.serial == serial }) else {
                    throw AccessError(.notFound, "there is no device \(serial)")
                }
                records.devices.remove(at: index)
                records.sessions.removeAll { $0.grantedBy == serial }
                guard records.devices.isEmpty else { return }
                records.recoveryCodes = []
                records.sessions = []
            }
        }
    }

    /// Checks a code, and spends it.
    /// - Returns: the serial of the device, or "recovery code".
    public func verify(_ code: consuming MFACode) async throws(AccessError) -> String {
        let proof = try await prepare(code)
        try await authorize(proof) { _ throws(AccessError) in }
        return proof.source
    }

    /// Makes new recovery codes; the old ones are worth nothing from here on.
    /// - Returns: one code in a line, to be shown now.
    public func regenerateRecoveryCodes(authorizedBy code: consuming MFACode) async throws(AccessError) -> SecretBytes {
        let reading = try environment.read()
        let codes = try RecoveryCodes.generate(key, at: reading.wall)
        try await authorize(code) { db throws(AccessError) in
            try change(AccessEvent("RegenerateMFARecoveryCodes"), in: db, reading) { records throws(AccessError) in
                records.recoveryCodes = codes.records
            }
        }
        return codes.takeText()
    }

    // MARK: Policy

    /// Whether a key is scheduled for deletion only with a code: there is a device, and the policy was not switched off.
    public func protectsKeys() throws(AccessError) -> Bool {
        let records = try records()
        return records.state.protectsKeys && !records.devices.isEmpty
    }

    /// - Parameter code: needed to switch the protection off, and taken when it is switched on.
    public func setProtectsKeys(_ isOn: Bool, authorizedBy code: consuming MFACode?) async throws(AccessError) {
        let reading = try environment.read()
        let event = AccessEvent("SetMFAKeyProtection", [("enabled", .boolean(isOn))])
        if let code {
            try await authorize(code) { db throws(AccessError) in
                try change(event, in: db, reading) { records throws(AccessError) in records.state.protectsKeys = isOn }
            }
        } else {
            try environment.write { db throws(AccessError) in
                try change(event, in: db, reading) { records throws(AccessError) in
                    guard isOn || records.devices.isEmpty else { throw .codeNeeded }
                    records.state.protectsKeys = isOn
                }
            }
        }
    }

    /// Changes the records and appends the event, before the transaction around it is committed.
    func change<R>(
        _ event: AccessEvent, in db: Database, _ reading: ClockReading, _ body: (inout AccessRecords) throws(AccessError) -> R
    ) throws(AccessError) -> R {
        let old = try AccessRecords.load(from: db, key: key)
        var records = old
        let result = try body(&records)
        try records.save(replacing: old, in: db, key: key)
        var event = event
        event.additional.append(("revision", .integer(records.state.revision)))
        try environment.append(event, at: reading.wall)
        return result
    }
}
