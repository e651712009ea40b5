import KeyStore
import Synchronization

/// A machine's clocks in the hands of the test.
final class ManualClock: KeyStoreClock {
    static let start = Timestamp(seconds: 1_800_000_015)

    private let reading = Mutex(
        ClockReading(wall: ManualClock.start, bootID: [UInt8](repeating: 1, count: 16), sinceBoot: 3_600_000_000_000))

    func read() throws(KeyStoreError) -> ClockReading { reading.withLock { $0 } }

    var now: Timestamp { reading.withLock { $0.wall } }

    /// Time passes on both clocks while the machine runs.
    func pass(seconds: Int64) {
        reading.withLock {
            $0 = ClockReading(
                wall: Timestamp(seconds: $0.wall.seconds + seconds), bootID: $0.bootID, sinceBoot: $0.sinceBoot + seconds * 1_000_000_000)
        }
    }

    /// Somebody sets the wall clock; no time passes.
    func setWall(bySeconds seconds: Int64) {
        reading.withLock {
            $0 = ClockReading(wall: Timestamp(seconds: $0.wall.seconds + seconds), bootID: $0.bootID, sinceBoot: $0.sinceBoot)
        }
    }

    /// The machine was off for some seconds and has been up for some since.
    func reboot(offSeconds: Int64, upSeconds: Int64) {
        reading.withLock {
            $0 = ClockReading(
                wall: Timestamp(seconds: $0.wall.seconds + offSeconds + upSeconds), bootID: $0.bootID.map { $0 &+ 1 },
                sinceBoot: upSeconds * 1_000_000_000)
        }
    }
}
