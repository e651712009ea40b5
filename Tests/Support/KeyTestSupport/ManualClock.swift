public import KeyStore
import Synchronization

/// A machine's clocks in the hands of the test. All of them are of one machine, which was started long before any test begins.
public final class ManualClock: KeyStoreClock {
    public static let start = Timestamp(seconds: 1_800_000_000)

    private static let boot = Timestamp(seconds: 1_700_000_000)

    private let reading: Mutex<ClockReading>

    public init(_ start: Timestamp = ManualClock.start) {
        let sinceBoot = start.nanoseconds - Self.boot.nanoseconds
        reading = Mutex(ClockReading(wall: start, bootID: [UInt8](repeating: 1, count: 16), sinceBoot: sinceBoot))
    }

    public func read() throws(KeyStoreError) -> ClockReading { reading.withLock { $0 } }

    public var now: Timestamp { reading.withLock { $0.wall } }

    /// Time passes on both clocks while the machine runs.
    public func pass(_ duration: Duration) {
        reading.withLock {
            $0 = ClockReading(
                wall: $0.wall.moved(by: duration), bootID: $0.bootID, sinceBoot: $0.sinceBoot + duration.wholeNanoseconds)
        }
    }

    /// Somebody sets the wall clock; no time passes.
    public func setWall(by duration: Duration) {
        reading.withLock { $0 = ClockReading(wall: $0.wall.moved(by: duration), bootID: $0.bootID, sinceBoot: $0.sinceBoot) }
    }

    /// The machine was off for some time and has been up for some since.
    public func reboot(off: Duration, up: Duration) {
        reading.withLock {
            $0 = ClockReading(
                wall: $0.wall.moved(by: off + up), bootID: $0.bootID.map { $0 &+ 1 }, sinceBoot: up.wholeNanoseconds)
        }
    }
}

extension Duration {
    public static func days(_ count: Double) -> Duration { .seconds(Int64(count * 86_400)) }

    fileprivate var wholeNanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}

extension Timestamp {
    fileprivate func moved(by duration: Duration) -> Timestamp { Timestamp(nanoseconds: nanoseconds + duration.wholeNanoseconds) }
}
