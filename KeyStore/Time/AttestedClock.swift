/// How much time has passed for certain, whatever anybody did to the wall clock.
///
/// A wall clock that jumps forward must not destroy a key whose waiting period has not passed, and one that is set back
/// must not bring anything back. So two clocks are kept:
/// - `latestWall`, the latest wall time ever seen: what is due by it stays due.
/// - `elapsed`, which counts only time that the kernel attests: between two looks in the same boot the difference of the
///   boot clock, across a reboot the time since that boot, and no more than the wall clock has moved on. Time while the
///   machine was off is not counted.
///
/// Irreversible work needs both: the wall clock past the date, and `elapsed` grown by the whole waiting period. A machine
/// that is often off destroys later, never earlier; `coffer key maintain --trust-clock` lets an operator vouch for the
/// wall clock instead (Docs/ThreatModel.md).
struct AttestedClock: Sendable, Equatable {
    /// Nanoseconds that have passed for certain since the store was made.
    private(set) var elapsed: Int64
    private(set) var latestWall: Timestamp
    private var bootID: [UInt8]
    private var sinceBoot: Int64

    private static let bootIDByteCount = 16

    init(start: ClockReading) {
        self.elapsed = 0
        self.latestWall = start.wall
        self.bootID = start.bootID
        self.sinceBoot = start.sinceBoot
    }

    mutating func observe(_ reading: ClockReading) {
        // A store that two machines open in turn changes its boot ID each time: the wall clock bounds what that adds.
        let passed =
            reading.bootID == bootID
            ? reading.sinceBoot - sinceBoot : min(reading.sinceBoot, reading.wall.nanoseconds - latestWall.nanoseconds)
        elapsed += max(0, passed)
        bootID = reading.bootID
        sinceBoot = reading.sinceBoot
        latestWall = max(latestWall, reading.wall)
    }

    /// An operator vouches for the wall clock: also a later time that it once showed is forgotten.
    mutating func trustWall(of reading: ClockReading) {
        observe(reading)
        latestWall = reading.wall
    }

    func observing(_ reading: ClockReading) -> AttestedClock {
        var clock = self
        clock.observe(reading)
        return clock
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(elapsed)
        writer.append(latestWall.nanoseconds)
        writer.append(bootID)
        writer.append(sinceBoot)
        return writer.bytes
    }

    init?(reading reader: inout ByteReader) {
        guard let elapsed = reader.readInt64(), elapsed >= 0, let wall = reader.readTimestamp(),
            let bootID = reader.readBytes(Self.bootIDByteCount), let sinceBoot = reader.readInt64()
        else { return nil }
        self.elapsed = elapsed
        self.latestWall = wall
        self.bootID = bootID
        self.sinceBoot = sinceBoot
    }
}
