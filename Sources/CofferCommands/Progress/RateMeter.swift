/// Bytes per second of late: an average in which the past counts less and less, so that neither a burst nor a pause is shown for long.
struct RateMeter: Sendable {
    /// The older half of the average is about this old.
    private static let memoryInSeconds = 5.0

    /// nil until there are two readings.
    private(set) var bytesPerSecond: Double?
    private var last: (count: UInt64, time: Duration)?

    /// - Parameters:
    ///   - count: all bytes so far.
    ///   - time: since any fixed point.
    mutating func note(_ count: UInt64, at time: Duration) {
        defer { last = (count, time) }
        guard let last, time > last.time, count >= last.count else { return }
        let seconds = (time - last.time) / .seconds(1)
        let rate = Double(count - last.count) / seconds
        guard let average = bytesPerSecond else {
            bytesPerSecond = rate
            return
        }
        bytesPerSecond = average + (rate - average) * seconds / (seconds + Self.memoryInSeconds)
    }
}
