import KeyStore
import Synchronization

/// A machine's clocks in the hands of the test.
final class ManualClock: KeyStoreClock {
    static let start = Timestamp(seconds: 1_800_000_000)

    private let reading = Mutex(
        ClockReading(wall: ManualClock.start, bootID: [UInt8](repeating: 1, count: 16), sinceBoot: 3_600_000_000_000))

    func read() throws(KeyStoreError) -> ClockReading { reading.withLock { $0 } }

    /// Time passes on both clocks while the machine runs.
    func pass(days: Double) {
        moveWall(days: days)
        reading.withLock { $0 = ClockReading(wall: $0.wall, bootID: $0.bootID, sinceBoot: $0.sinceBoot + Self.nanoseconds(days)) }
    }

    /// Somebody sets the wall clock; no time passes.
    func moveWall(days: Double) {
        reading.withLock {
            let wall = Timestamp(nanoseconds: $0.wall.nanoseconds + Self.nanoseconds(days))
            $0 = ClockReading(wall: wall, bootID: $0.bootID, sinceBoot: $0.sinceBoot)
        }
    }

    /// The machine was off for some days and has been up for some since.
    func reboot(offDays: Double, upDays: Double) {
        moveWall(days: offDays + upDays)
        reading.withLock {
            $0 = ClockReading(wall: $0.wall, bootID: $0.bootID.map { $0 &+ 1 }, sinceBoot: Self.nanoseconds(upDays))
        }
    }

    var now: Timestamp { reading.withLock { $0.wall } }

    private static func nanoseconds(_ days: Double) -> Int64 { Int64(days * 86_400) * 1_000_000_000 }
}
