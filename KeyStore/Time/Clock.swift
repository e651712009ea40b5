/// A point in time, in nanoseconds since 1970-01-01T00:00:00Z. Covers the years 1678 to 2262.
public struct Timestamp: Sendable, Hashable, Comparable {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    public init(seconds: Int64) { self.nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue }

    public var seconds: Int64 { nanoseconds / 1_000_000_000 }

    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates at the end of the range, so that a date from outside cannot wrap around.
    public func adding(days: Int) -> Timestamp {
        let (span, tooLong) = Int64(days).multipliedReportingOverflow(by: Timestamp.nanosecondsPerDay)
        let (sum, overflow) = nanoseconds.addingReportingOverflow(span)
        return Timestamp(nanoseconds: tooLong || overflow ? .max : sum)
    }

    static let nanosecondsPerDay: Int64 = 86_400 * 1_000_000_000
}

/// One look at the machine's clocks.
public struct ClockReading: Sendable, Equatable {
    /// What the wall clock says. Anybody who may set the clock decides it.
    public let wall: Timestamp
    /// Names the running kernel (Linux: `/proc/sys/kernel/random/boot_id`); 16 bytes. Two readings with the same id are
    /// comparable by `sinceBoot`.
    public let bootID: [UInt8]
    /// Nanoseconds since boot, suspended time included (Linux: `CLOCK_BOOTTIME`). Nobody can set it.
    public let sinceBoot: Int64

    public init(wall: Timestamp, bootID: [UInt8], sinceBoot: Int64) {
        self.wall = wall
        self.bootID = bootID
        self.sinceBoot = sinceBoot
    }
}

/// Where a key service gets the time from; injected, so that tests can move it.
public protocol KeyStoreClock: Sendable {
    func read() throws(KeyStoreError) -> ClockReading
}
