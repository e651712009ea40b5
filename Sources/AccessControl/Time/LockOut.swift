/// How wrong codes slow down who guesses. Ten failures without a success between them lock a device for 15 minutes, each further ten
/// for twice as long as before, up to a day: in the long run ten guesses a day, each right with a chance of 3 in a million.
///
/// What is left of a lock is counted down by attested time (``AttestedMoment``), so neither a restart nor another wall clock ends it early.
enum LockOut {
    static let failuresPerLock: Int64 = 10
    static let firstNanoseconds: Int64 = 15 * 60 * 1_000_000_000
    static let longestNanoseconds: Int64 = 24 * 3600 * 1_000_000_000
    /// Beyond this all locks are the longest; also what a stored count may be.
    static let failureRange: ClosedRange<Int64> = 0...1_000_000

    /// The lock that the `failures`-th failure in a row begins, in nanoseconds; 0 for none.
    static func duration(after failures: Int64) -> Int64 {
        guard failures > 0, failures % failuresPerLock == 0 else { return 0 }
        let doublings = failures / failuresPerLock - 1
        return doublings >= 7 ? longestNanoseconds : min(firstNanoseconds << doublings, longestNanoseconds)
    }
}
