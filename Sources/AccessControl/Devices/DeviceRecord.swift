import KeyStore

/// A device, its replay guard and its lock.
struct DeviceRecord: AccessRecord {
    static let maximumCount = 8
    static let maximumSerialByteCount = 256

    static let table = AccessTable(
        "mfa_device",
        columns: [
            "serial", "created_at", "algorithm", "digits", "period", "wrapped_seed", "last_step", "certain_at", "boot_id", "since_boot",
            "failures", "locked_for",
        ], maximumRowCount: maximumCount)

    let serial: String
    let creationDate: Timestamp
    let parameters: TOTPParameters
    let wrappedSeed: [UInt8]
    /// The time step of the last accepted code. Only a later one is accepted.
    var lastStep: Int64
    /// When the clocks were last looked at for this device.
    var seen: AttestedMoment
    /// Since the last accepted code.
    var failures: Int64
    /// How much of a lock was left at `seen`, in nanoseconds.
    var lockedFor: Int64

    var fields: [Field] {
        [
            .text(serial), .integer(creationDate.nanoseconds), .text(parameters.algorithm.rawValue), .integer(Int64(parameters.digits)),
            .integer(Int64(parameters.period)), .bytes(wrappedSeed), .integer(lastStep), .integer(seen.wall.nanoseconds),
            .bytes(seen.bootID), .integer(seen.sinceBoot), .integer(failures), .integer(lockedFor),
        ]
    }

    init(serial: String, parameters: TOTPParameters, wrappedSeed: [UInt8], lastStep: Int64, reading: ClockReading) {
        self.serial = serial
        self.creationDate = reading.wall
        self.parameters = parameters
        self.wrappedSeed = wrappedSeed
        self.lastStep = lastStep
        self.seen = AttestedMoment(reading)
        self.failures = 0
        self.lockedFor = 0
    }

    init?(fields: [Field]) {
        var reader = FieldReader(fields)
        guard let serial = reader.text(atMost: Self.maximumSerialByteCount), let created = reader.integer(),
            let parameters = Self.readParameters(&reader), let seed = reader.bytes(StateRecord.wrappedByteCount),
            let lastStep = reader.integer(), let wall = reader.integer(),
            let bootID = reader.bytes(AttestedMoment.bootIDByteCount...AttestedMoment.bootIDByteCount),
            let sinceBoot = reader.integer(), let failures = reader.integer(in: LockOut.failureRange),
            let lockedFor = reader.integer(in: 0...LockOut.longestNanoseconds), reader.isAtEnd
        else { return nil }
        self.serial = serial
        self.creationDate = Timestamp(nanoseconds: created)
        self.parameters = parameters
        self.wrappedSeed = seed
        self.lastStep = lastStep
        self.seen = AttestedMoment(wall: Timestamp(nanoseconds: wall), bootID: bootID, sinceBoot: sinceBoot)
        self.failures = failures
        self.lockedFor = lockedFor
    }

    private static func readParameters(_ reader: inout FieldReader) -> TOTPParameters? {
        guard let algorithm = reader.text(atMost: 16).flatMap(TOTPAlgorithm.init(rawValue:)), let digits = reader.integer(in: 0...100),
            let period = reader.integer(in: 0...100)
        else { return nil }
        do { return try TOTPParameters(algorithm: algorithm, digits: Int(digits), period: Int(period)) } catch { return nil }
    }
}

// MARK: Guarding

extension DeviceRecord {
    /// What is left of a lock, in nanoseconds.
    func lockRemaining(at reading: ClockReading) -> Int64 { max(0, lockedFor - seen.elapsed(until: reading)) }

    /// Whether the wall clock is behind what is certain, by more than the step that a code may be late.
    func isClockBehind(at reading: ClockReading) -> Bool {
        let now = TOTP.step(at: reading.wall, parameters)
        let certain = TOTP.step(at: seen.advanced(to: reading).wall, parameters)
        return now < lastStep - TOTP.window || now < certain - TOTP.window
    }

    /// Takes note of the clocks, which counts a lock down.
    private mutating func observe(_ reading: ClockReading) {
        lockedFor = lockRemaining(at: reading)
        seen = seen.advanced(to: reading)
    }

    /// Counts an attempt as failed before anybody knows whether it will be: who is killed while a code is looked at has used the
    /// attempt up all the same, and of any number of attempts at once no more than the rest of ten get through.
    /// - Returns: false when the device is locked.
    mutating func admitAttempt(at reading: ClockReading) -> Bool {
        observe(reading)
        guard lockedFor == 0 else { return false }
        failures = min(failures + 1, LockOut.failureRange.upperBound)
        lockedFor = LockOut.duration(after: failures)
        return true
    }

    /// Spends a step: it and all before it are never accepted again.
    mutating func accept(step: Int64, at reading: ClockReading) {
        lastStep = step
        failures = 0
        lockedFor = 0
        // A code is proof of the time, give or take the window: the earliest that it can be is certain.
        let earliest = Timestamp(seconds: (step - TOTP.window) * Int64(parameters.period))
        let certain = max(seen.advanced(to: reading).wall, min(earliest, reading.wall))
        seen = AttestedMoment(wall: certain, bootID: reading.bootID, sinceBoot: reading.sinceBoot)
    }
}
