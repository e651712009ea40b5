import AuditTrail
import GRDB
public import KeyStore
public import OpenSSL

/// A device that is about to be enrolled: its seed exists in locked memory alone until two codes in a row have shown that
/// the device has it, too, and that the two clocks agree.
public struct Enrolment: ~Copyable, Sendable {
    public let serial: String
    public let name: String
    public let parameters: TOTPParameters
    let seed: SecretBytes
    /// The step of the last code that was right.
    private var lastStep: Int64?
    /// How many codes in a row were right.
    private var confirmations = 0

    static let neededConfirmations = 2

    /// - Throws: `validation` for a name that no device can have.
    public init(name: String, parameters: TOTPParameters, identity: StoreIdentity) throws(AccessError) {
        let serial = try DeviceSerial.make(name: name, in: identity)
        let seed: SecretBytes
        do { seed = try SecretBytes(random: parameters.algorithm.seedByteCount) } catch { throw AccessError(error) }
        self.serial = serial
        self.name = name
        self.parameters = parameters
        self.seed = seed
    }

    /// The `otpauth:` URI: the seed itself, in a form for authenticator apps.
    public borrowing func uri() throws(AccessError) -> SecretBytes {
        do { return try KeyURI.make(name: name, seed: seed, parameters) } catch { throw AccessError(error) }
    }

    public var isConfirmed: Bool { confirmations >= Self.neededConfirmations }

    /// Takes the next code that the device shows.
    /// - Throws: `invalidCode` when the code is not right now, or not the one that follows the code before it.
    public mutating func confirm(_ text: borrowing SecretBytes, at time: Timestamp) throws(AccessError) {
        let code = try MFACode(text)
        let step: Int64?
        do {
            step = try TOTP.matchingStep(of: code.digits, seed: seed, at: time, parameters)
        } catch { throw AccessError(error) }
        guard let step else {
            throw AccessError(
                .invalidCode, "that is not the code that the device has to show now; its clock and the one of this machine may differ")
        }
        if let lastStep, step != lastStep + 1 {
            let isSame = step == lastStep
            throw AccessError(
                .invalidCode, isSame ? "that is the same code again; wait for the next one" : "that is not the code after the first one")
        }
        lastStep = step
        confirmations += 1
    }

    /// The step that the last confirmation has used up.
    var spentStep: Int64? { isConfirmed ? lastStep : nil }
}

/// What came of an enrolment.
public struct EnrolledDevice: ~Copyable, Sendable {
    public let device: MFADevice
    /// One recovery code in a line, if this is the first device: to be shown now, since they cannot be shown again.
    public let recoveryCodes: SecretBytes?

    init(_ device: MFADevice, recoveryCodes: consuming SecretBytes?) {
        self.device = device
        self.recoveryCodes = recoveryCodes
    }

    public consuming func takeRecoveryCodes() -> SecretBytes? { recoveryCodes }
}

extension MFAGate {
    /// Enrols a confirmed device.
    ///
    /// - Parameter code: of an enrolled device, or a recovery code; needed unless this is the first device. Whoever could add a device
    ///   without one would need none for anything else.
    /// - Throws: `accessDenied`, `alreadyExists`, `limitExceeded`, `invalidCode` when the enrolment was not confirmed.
    public func enrol(_ enrolment: consuming Enrolment, authorizedBy code: consuming MFACode?) async throws(AccessError) -> EnrolledDevice {
        guard let step = enrolment.spentStep else { throw AccessError(.invalidCode, "two codes in a row are needed to enrol a device") }
        let (serial, parameters) = (enrolment.serial, enrolment.parameters)
        let wrappedSeed = try await wrap(enrolment.takeSeed(), serial: serial)
        let reading = try environment.read()
        let device = DeviceRecord(serial: serial, parameters: parameters, wrappedSeed: wrappedSeed, lastStep: step, reading: reading)
        let codes = try RecoveryCodes.generate(key, at: reading.wall)
        let isFirst: Bool
        if let code {
            isFirst = try await authorize(code) { db throws(AccessError) in try insert(device, codes.records, in: db, reading) }
        } else {
            isFirst = try environment.write { db throws(AccessError) in
                guard try AccessRecords.load(from: db, key: key).devices.isEmpty else { throw .codeNeeded }
                return try insert(device, codes.records, in: db, reading)
            }
        }
        return EnrolledDevice(MFADevice(device, at: reading), recoveryCodes: isFirst ? codes.takeText() : nil)
    }

    /// - Returns: whether it is the first one, so that the recovery codes are in force.
    private func insert(
        _ device: DeviceRecord, _ codes: [RecoveryCodeRecord], in db: Database, _ reading: ClockReading
    ) throws(AccessError) -> Bool {
        let event = AccessEvent(
            "EnableMFADevice", source: .iam,
            [
                ("serialNumber", .string(device.serial)), ("algorithm", .string(device.parameters.algorithm.rawValue)),
                ("digits", .integer(Int64(device.parameters.digits))), ("period", .integer(Int64(device.parameters.period))),
            ])
        return try change(event, in: db, reading) { records throws(AccessError) in
            try records.requireRoom(for: device.serial)
            let isFirst = records.devices.isEmpty
            if isFirst { records.recoveryCodes = codes }
            records.devices.append(device)
            return isFirst
        }
    }
}

extension AccessRecords {
    func requireRoom(for serial: String) throws(AccessError) {
        guard !devices.contains(where: { $0.serial == serial }) else {
            throw AccessError(.alreadyExists, "there is a device \(serial) already")
        }
        guard devices.count < DeviceRecord.maximumCount else {
            throw AccessError(.limitExceeded, "a store has at most \(DeviceRecord.maximumCount) devices")
        }
    }
}

extension Enrolment {
    consuming func takeSeed() -> SecretBytes { seed }
}

extension RecoveryCodes {
    consuming func takeText() -> SecretBytes { text }
}
