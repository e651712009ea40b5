import KeyStore

/// A point in time that is certain, and where the machine's clocks stood at it.
///
/// `wall` is not what the wall clock said but a lower bound of the true time: an accepted code proves the time, because the device has a
/// clock of its own, and from there on only what the kernel attests is added. So a wall clock that is set back behind it is
/// noticed, and one that was far ahead by mistake leaves no trace.
struct AttestedMoment: Sendable, Equatable {
    var wall: Timestamp
    var bootID: [UInt8]
    var sinceBoot: Int64

    static let bootIDByteCount = 16

    init(wall: Timestamp, bootID: [UInt8], sinceBoot: Int64) {
        self.wall = wall
        self.bootID = bootID
        self.sinceBoot = sinceBoot
    }

    init(_ reading: ClockReading) {
        self.init(wall: reading.wall, bootID: reading.bootID, sinceBoot: reading.sinceBoot)
    }

    /// Nanoseconds that have passed for certain. Between two looks in one boot the boot clock tells; across a reboot it is the time since
    /// that boot, and no more than the wall clock has moved on: the store may have been carried to another machine.
    func elapsed(until reading: ClockReading) -> Int64 {
        let passed =
            reading.bootID == bootID
            ? reading.sinceBoot.subtractingReportingOverflow(sinceBoot).partialValue
            : min(reading.sinceBoot, reading.wall.nanoseconds.subtractingReportingOverflow(wall.nanoseconds).partialValue)
        return max(0, passed)
    }

    func advanced(to reading: ClockReading) -> AttestedMoment {
        let sum = wall.nanoseconds.addingReportingOverflow(elapsed(until: reading))
        return AttestedMoment(
            wall: Timestamp(nanoseconds: sum.overflow ? .max : sum.partialValue), bootID: reading.bootID, sinceBoot: reading.sinceBoot)
    }
}
