public import KeyStore

/// An enrolled device, as its owner sees it.
public struct MFADevice: Sendable, Equatable {
    /// `arn:aws:iam::ACCOUNT:mfa/NAME`.
    public let serial: String
    public let name: String
    public let parameters: TOTPParameters
    public let creationDate: Timestamp
    /// When the last accepted code was shown by the device.
    public let lastUsed: Timestamp
    /// Codes in a row that were not accepted.
    public let failureCount: Int
    /// How long no code is accepted after too many wrong ones, in seconds, rounded up; 0 when the device is not locked.
    public let lockedForSeconds: Int
    /// The wall clock has been set back: no code is accepted until it has caught up.
    public let isClockBehind: Bool

    init(_ record: DeviceRecord, at reading: ClockReading) {
        serial = record.serial
        name = DeviceSerial.name(of: record.serial)
        parameters = record.parameters
        creationDate = record.creationDate
        lastUsed = Timestamp(seconds: record.lastStep.multipliedReportingOverflow(by: Int64(record.parameters.period)).partialValue)
        failureCount = Int(record.failures)
        lockedForSeconds = Int((record.lockRemaining(at: reading) + 999_999_999) / 1_000_000_000)
        isClockBehind = record.isClockBehind(at: reading)
    }
}
