import KeyStore
import TestSupport
import Testing

@testable import AccessControl

@Suite("Lock-out and attested time")
struct LockOutTests {
    @Test("every tenth failure locks, for twice as long as before, up to a day")
    func durations() {
        let minutes = (1...120).map { LockOut.duration(after: $0) / 60_000_000_000 }
        let locks = stride(from: 10, through: 120, by: 10).map { minutes[$0 - 1] }
        #expect(locks == [15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440, 1440, 1440])
        #expect(minutes.count { $0 == 0 } == 108)
        #expect(LockOut.duration(after: LockOut.failureRange.upperBound) == LockOut.longestNanoseconds)
        #expect(LockOut.duration(after: 0) == 0)
    }

    private static func reading(_ wall: Int64, boot: UInt8, _ sinceBoot: Int64) -> ClockReading {
        ClockReading(wall: Timestamp(seconds: wall), bootID: [UInt8](repeating: boot, count: 16), sinceBoot: sinceBoot * 1_000_000_000)
    }

    @Test(
        "only time that is certain counts",
        arguments: [
            // The boot clock alone tells within one boot, whatever the wall clock says.
            (1000, 1, 150, 50), (999_999, 1, 150, 50), (1, 1, 150, 50), (1000, 1, 90, 0),
            // Across a reboot: the time since, and no more than the wall clock has moved.
            (2000, 2, 30, 30), (1010, 2, 30, 10), (500, 2, 30, 0),
        ])
    func elapsed(_ wall: Int64, _ boot: UInt8, _ sinceBoot: Int64, _ expected: Int64) {
        let moment = AttestedMoment(Self.reading(1000, boot: 1, 100))
        #expect(moment.elapsed(until: Self.reading(wall, boot: boot, sinceBoot)) == expected * 1_000_000_000)
    }

    /// No storage, no keys: the rules alone, a hundred thousand times.
    @Test("no step is ever accepted twice, whatever the clocks do", arguments: 1...8)
    func replay(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (truth, offset, sinceBoot, boot) = (Int64(1_800_000_000), Int64(0), Int64(1000), UInt8(1))
        var device = DeviceRecord(
            serial: "x", parameters: .standard, wrappedSeed: [1], lastStep: truth / 30, reading: Self.reading(truth, boot: boot, sinceBoot))
        var accepted: Set<Int64> = [device.lastStep]
        for _ in 0..<20_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: offset += Int64.random(in: -200...200, using: &random)
            case 1: offset = Int64.random(in: -100_000...600, using: &random)
            case 2: offset = 0
            case 3:
                boot &+= 1
                let (off, up) = (Int64.random(in: 0...500, using: &random), Int64.random(in: 0...500, using: &random))
                (truth, sinceBoot) = (truth + off + up, up)
            default:
                let passed = Int64.random(in: 0...600, using: &random)
                (truth, sinceBoot) = (truth + passed, sinceBoot + passed)
            }
            let now = Self.reading(truth + offset, boot: boot, sinceBoot)
            let step = TOTP.step(at: now.wall, .standard) + Int64.random(in: -1...1, using: &random)
            guard device.admitAttempt(at: now), step > device.lastStep, !device.isClockBehind(at: now) else { continue }
            #expect(accepted.insert(step).inserted, "step \(step) was accepted twice")
            device.accept(step: step, at: now)
        }
        #expect(accepted.count > 100, "the walk has to accept something to show anything")
    }
}
